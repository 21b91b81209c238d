/** What an opened file looked like: tells one file, and one state of it, from another. */
import type { BigIntStats } from 'node:fs';
import { contentHash, NO_CONTENT } from './content-hash.ts';
import type { RegularFile } from './read-file.ts';

export interface FileState {
  /** The same as long as it is the same file, whatever is written to it: a renamed file has another. */
  readonly identity: string;
  /** Another after each write, as far as the file system's clock can tell. */
  readonly stamp: string;
  /** The hash of the content, or {@link NO_CONTENT} if there was no such file. */
  readonly hash: string;
  /** When the content was written last, in milliseconds since 1970, as far as programs tell the truth. */
  readonly modifiedAt: number;
  /** When the file or its attributes changed, in milliseconds since 1970; programs cannot set this time. */
  readonly changedAt: number;
  /** Whether the content ends in a line end, or is empty. */
  readonly endsLine: boolean;
  /** Whether it was made at its place, and written there; of a file that was renamed this is never said. */
  readonly isMadeHere?: boolean;
}

export function stateOfFile(file: RegularFile): FileState {
  return { ...lookOfFile(file), hash: contentHash(file.octets) };
}

/** All of the state but the hash, which takes as long as the content is. */
export function lookOfFile({ octets, stats }: RegularFile): Omit<FileState, 'hash'> {
  const { dev, ino, mtimeMs, ctimeNs } = stats;
  return {
    identity: `${dev}:${ino}`,
    stamp: stampOf(stats),
    modifiedAt: Number(mtimeMs),
    changedAt: Number(ctimeNs) / 1e6,
    endsLine: octets.length === 0 || octets.at(-1) === LINE_FEED,
  };
}

/** The state of a file that is not there. */
export const ABSENT: FileState = {
  identity: '',
  stamp: '',
  hash: NO_CONTENT,
  modifiedAt: 0,
  changedAt: 0,
  endsLine: true,
};

/** A file's inode, size and times. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** What a stamp says: `octets` is the size, `changedAt` as above. */
export function readStamp(
  stamp: string,
): Pick<FileState, 'identity' | 'changedAt'> & { readonly octets: number } {
  const [dev, ino, size, , ctimeNs] = stamp.split(':');
  return { identity: `${dev}:${ino}`, octets: Number(size), changedAt: Number(ctimeNs) / 1e6 };
}

const LINE_FEED = 0x0a;
