/** What a scan remembers of a file for the next scan. */
import type { BigIntStats } from 'node:fs';
import { stampOf } from '../../base/files/file-state.ts';
import type { SeenFile } from './content.ts';

/** A file this young may change without a change of its times: their resolution is coarse. */
const RACY_MS = 2000;

export interface KnownFile extends SeenFile {
  /** The file's inode, size and times. */
  readonly stamp: string;
  /** Whether an equal stamp means equal content. */
  readonly settled: boolean;
}

/** A file whose content has this hash. `isWritten`: whether it was written to since it came to its place. */
export function knownAs(hash: string, stats: BigIntStats, isWritten = false): KnownFile {
  const modifiedAt = Number(stats.mtimeMs);
  // To rename a file, or to change its mode, is a change of its attributes, and later than its last write.
  const isMadeHere = isWritten && stats.ctimeNs === stats.mtimeNs;
  return {
    hash,
    stamp: stampOf(stats),
    modifiedAt,
    settled: Date.now() - modifiedAt > RACY_MS,
    ...(isMadeHere && { madeHere: `${stats.dev}:${stats.ino}` }),
  };
}

/** A file that exists and cannot be read. */
export function unreadable(why: string): KnownFile {
  return { hash: why, modifiedAt: 0, stamp: '', settled: false };
}
