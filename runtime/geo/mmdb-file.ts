/** An MMDB file, opened: what it says of itself, and whether its parts fit in it. */
import { Reader, type Response } from 'mmdb-lib';
import { DnsteerError } from '../base/errors.ts';
import { fileProblemText, readRegularFileSync } from '../base/files/read-file.ts';
import { addressToText } from '../base/net/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { TreeShape } from './mmdb-tree.ts';

export interface OpenedMmdb {
  readonly reader: Reader<Response>;
  readonly octets: Buffer;
  readonly shape: TreeShape;
}

/** Octets of the largest file that is read; city files of MaxMind have 60 million. */
export const MOST_MMDB_OCTETS = 2 ** 30;

/** What is wrong with files. */
export const NO_TREE = 'its nodes are no tree';
export const CUT = 'it was not written to its end, or is no MMDB file';

export function openMmdb(file: string): Result<OpenedMmdb> {
  const read = readRegularFileSync(file, { mostOctets: MOST_MMDB_OCTETS });
  return read.ok ? openMmdbOctets(read.value.octets) : fail(fileProblemText(read.problem));
}

export function openMmdbOctets(octets: Buffer): Result<OpenedMmdb> {
  if (!octets.includes(MARKER)) return fail(CUT);
  let reader: Reader<Response>;
  try {
    reader = new Reader<Response>(octets);
  } catch (error) {
    return fail(`${CUT} (${(error as Error).message})`);
  }
  const { binaryFormatMajorVersion, nodeCount, recordSize, ipVersion, searchTreeSize } = reader.metadata;
  if (binaryFormatMajorVersion !== 2)
    return fail(`its format is ${binaryFormatMajorVersion}, and 2 is known here`);
  const isShape =
    (recordSize === 24 || recordSize === 28 || recordSize === 32) && (ipVersion === 4 || ipVersion === 6);
  if (!isShape || !Number.isInteger(nodeCount) || searchTreeSize + SEPARATOR > octets.length)
    return fail(CUT);
  return ok({ reader, octets, shape: { nodes: nodeCount, recordSize, family: ipVersion } });
}

/** The text by which mmdb-lib is asked for an address: its upper 64 bits, or one of IPv4 and 0; and the lower ones. */
export function addressText(family: 4 | 6, high: number, low: number, lower: Uint32Array): string {
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, high);
  if (family === 6) for (const [at, word] of [low, ...lower].entries()) view.setUint32(4 + 4 * at, word);
  return addressToText({ family, bytes });
}

/** @throws {DnsteerError} `START`, with what is wrong with a file. */
export function explained<T>(file: string, read: Result<T>): T {
  if (read.ok) return read.value;
  throw new DnsteerError('START', mmdbProblemText(file, read.problem));
}

export function mmdbProblemText(file: string, problem: string): string {
  return `Cannot read the geo data ${file}: ${problem}. Fetch it again, or name another under geo.files`;
}

/** Begins what a file says of itself, at its end. */
const MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
/** Octets between tree and data. */
const SEPARATOR = 16;
