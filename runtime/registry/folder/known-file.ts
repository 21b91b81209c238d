/** What is known of a file from one look at the folder to the next. */
import type { BigIntStats } from 'node:fs';
import type { SeenFile } from './content.ts';

/** A file this young may change again without its times showing it: their resolution is coarse. */
const RACY_MS = 2000;

export interface KnownFile extends SeenFile {
  /** Its inode, size and times. */
  readonly stamp: string;
  /** While its stamp is the same, so is its content. */
  readonly settled: boolean;
}

/** A file of which this is the hash. */
export function knownAs(hash: string, stats: BigIntStats): KnownFile {
  const modifiedAt = Number(stats.mtimeMs);
  return { hash, stamp: stampOf(stats), modifiedAt, settled: Date.now() - modifiedAt > RACY_MS };
}

/** A file that is there and cannot be read. */
export function unreadable(why: string): KnownFile {
  return { hash: why, modifiedAt: 0, stamp: '', settled: false };
}

export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}
