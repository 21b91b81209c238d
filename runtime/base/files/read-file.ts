/**
 * The one way in which dnsteer reads files. Authors often choose the names, and the file behind a name can
 * change between two looks: so dnsteer opens a file first, without waiting, and then judges it by its
 * descriptor. No process waits for a pipe without a writer, a device, a socket, an endless file or a file
 * that grows meanwhile.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '../result.ts';
import { systemErrorCode, systemErrorText, systemWords } from '../system-error.ts';

export interface ReadLimits {
  /** A larger file is not read. */
  readonly mostOctets: number;
  /** The folder, links resolved, that must hold the opened file (only Linux tells where an open file is). */
  readonly inside?: string;
}

export interface RegularFile {
  /** The content; its length is that of the file when it was opened. */
  readonly octets: Buffer<ArrayBuffer>;
  /** The state of the file when it was opened. */
  readonly stats: BigIntStats;
}

export type FileProblem =
  | { readonly kind: 'absent' }
  | { readonly kind: 'not-regular'; readonly isFolder: boolean }
  | { readonly kind: 'too-large'; readonly mostOctets: number }
  | { readonly kind: 'outside'; readonly folder: string }
  | { readonly kind: 'unreadable'; readonly code: string; readonly text: string };

/** Whether there is no file, or no folder in which it could be. */
export function isNone(problem: FileProblem): boolean {
  return problem.kind === 'absent' || (problem.kind === 'unreadable' && problem.code === 'ENOTDIR');
}

/** Reads a regular file. */
export function readRegularFileSync(file: string, limits: ReadLimits): Result<RegularFile, FileProblem> {
  return useRegularFileSync(file, limits, (descriptor, stats) => {
    const octets = Buffer.allocUnsafeSlow(Number(stats.size));
    let end = 0;
    for (let more = -1; more !== 0 && end < octets.length; end += more) {
      more = readSync(descriptor, octets, end, octets.length - end, end);
    }
    return { octets: octets.subarray(0, end), stats };
  });
}

/** Opens a regular file for `use`, and closes it. Errors of `use` that are not the system's are thrown on. */
export function useRegularFileSync<T>(
  file: string,
  limits: ReadLimits,
  use: (descriptor: number, stats: BigIntStats) => T,
): Result<T, FileProblem> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, FLAGS);
    const stats = fstatSync(descriptor, { bigint: true });
    const problem = problemWith(descriptor, stats, limits);
    return problem === undefined ? ok(use(descriptor, stats)) : fail(problem);
  } catch (error) {
    return fail(fileProblemOf(error));
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads a regular file in threads of libuv's pool. */
export async function readRegularFile(
  file: string,
  limits: ReadLimits,
): Promise<Result<RegularFile, FileProblem>> {
  return await useRegularFile(file, limits, async (readInto, stats) => {
    const octets = Buffer.allocUnsafeSlow(Number(stats.size));
    let end = 0;
    for (let more = -1; more !== 0 && end < octets.length; end += more) {
      more = await readInto(octets, end, octets.length - end, end);
    }
    return { octets: octets.subarray(0, end), stats };
  });
}

/** Reads so many octets from a position of a file into a place; returns how many there were. */
export type ReadInto = (into: Buffer, at: number, octets: number, position: number) => Promise<number>;

/** Opens a regular file for `use`, which reads in threads of libuv's pool, and closes it. */
export async function useRegularFile<T>(
  file: string,
  limits: ReadLimits,
  use: (readInto: ReadInto, stats: BigIntStats) => Promise<T>,
): Promise<Result<T, FileProblem>> {
  try {
    await using handle = await open(file, FLAGS);
    const stats = await handle.stat({ bigint: true });
    const problem = problemWith(handle.fd, stats, limits);
    if (problem !== undefined) return fail(problem);
    const readInto: ReadInto = async (into, at, octets, position) =>
      (await handle.read(into, at, octets, position)).bytesRead;
    return ok(await use(readInto, stats));
  } catch (error) {
    return fail(fileProblemOf(error));
  }
}

/** Reads a regular file as text. */
export function readTextSync(file: string, limits: ReadLimits): Result<string, FileProblem> {
  const read = readRegularFileSync(file, limits);
  return read.ok ? ok(read.value.octets.toString('utf8')) : read;
}

/** Turns an error of the system into a problem; throws other errors on. */
export function fileProblemOf(error: unknown): FileProblem {
  const code = systemErrorCode(error);
  if (code === undefined) throw error;
  if (code === 'ENOENT') return { kind: 'absent' };
  // The file is a socket, or a device that does not exist.
  if (code === 'ENXIO' || code === 'ENODEV' || code === 'EOPNOTSUPP')
    return { kind: 'not-regular', isFolder: false };
  return { kind: 'unreadable', code, text: systemErrorText(error) };
}

/** Ends a sentence that says which file cannot be read. */
export function fileProblemText(problem: FileProblem): string {
  switch (problem.kind) {
    case 'absent':
      return systemWords('ENOENT');
    case 'not-regular':
      return problem.isFolder ? systemWords('EISDIR') : 'it is no regular file';
    case 'too-large':
      return `it is larger than ${problem.mostOctets} octets`;
    case 'outside':
      return `it lies outside ${problem.folder}`;
    case 'unreadable':
      return problem.text;
    default:
      return problem satisfies never;
  }
}

/**
 * Opening does not wait for a pipe's writer, and no terminal becomes ours; some systems lack the second flag.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

function problemWith(
  descriptor: number,
  stats: BigIntStats,
  { mostOctets, inside }: ReadLimits,
): FileProblem | undefined {
  if (!stats.isFile()) return { kind: 'not-regular', isFolder: stats.isDirectory() };
  if (stats.size > mostOctets) return { kind: 'too-large', mostOctets };
  if (inside === undefined) return undefined;
  const place = placeOf(descriptor);
  return place === undefined || place.startsWith(inside + path.sep)
    ? undefined
    : { kind: 'outside', folder: inside };
}

/** The path of an opened file, links resolved. */
function placeOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
