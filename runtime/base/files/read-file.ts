/**
 * The one way in which dnsteer reads files. Others often choose the names, and what a name leads to can change
 * between two looks: so a file is opened first, without waiting, and then judged by its descriptor. A pipe with
 * nobody at its other end, a device, a socket, a file without end and a file that grows while it is read keep
 * nobody waiting.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '../result.ts';
import { systemErrorCode, systemErrorText, systemWords } from '../system-error.ts';

export interface ReadLimits {
  /** A larger file is not read. */
  readonly mostOctets: number;
  /** The folder, links resolved, that must hold the opened file, wherever links lead by then (Linux alone can tell). */
  readonly inside?: string;
}

export interface RegularFile {
  /** As many as there were when it was opened. */
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

/** The content of a regular file. */
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

/** What is made of a regular file that is open only meanwhile. What `use` throws that is no error of the system is thrown. */
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

/** The same by threads of libuv's pool. */
export async function readRegularFile(
  file: string,
  limits: ReadLimits,
): Promise<Result<RegularFile, FileProblem>> {
  try {
    await using handle = await open(file, FLAGS);
    const stats = await handle.stat({ bigint: true });
    const problem = problemWith(handle.fd, stats, limits);
    if (problem !== undefined) return fail(problem);
    const octets = Buffer.allocUnsafeSlow(Number(stats.size));
    let end = 0;
    for (let more = -1; more !== 0 && end < octets.length; end += more) {
      more = (await handle.read(octets, end, octets.length - end, end)).bytesRead;
    }
    return ok({ octets: octets.subarray(0, end), stats });
  } catch (error) {
    return fail(fileProblemOf(error));
  }
}

/** The same as text. */
export function readTextSync(file: string, limits: ReadLimits): Result<string, FileProblem> {
  const read = readRegularFileSync(file, limits);
  return read.ok ? ok(read.value.octets.toString('utf8')) : read;
}

/** What the system says no with. Anything else is thrown on. */
export function fileProblemOf(error: unknown): FileProblem {
  const code = systemErrorCode(error);
  if (code === undefined) throw error;
  if (code === 'ENOENT') return { kind: 'absent' };
  // A socket, or a device that is not there.
  if (code === 'ENXIO' || code === 'ENODEV' || code === 'EOPNOTSUPP')
    return { kind: 'not-regular', isFolder: false };
  return { kind: 'unreadable', code, text: systemErrorText(error) };
}

/** The end of a sentence that says which file cannot be read. */
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

/** Neither waits for the other end of a pipe nor makes a terminal ours; there are systems without the second. */
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

/** Where an opened file is, links resolved. */
function placeOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
