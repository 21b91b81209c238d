/** Tells whether files may have changed, without opening them. */
import { stat } from 'node:fs/promises';
import { stampOf } from './file-state.ts';

/** A file this young may change without a change of its times: their resolution is coarse. */
const RACY_MS = 2000;

/**
 * The inodes, sizes and times of files, which change whenever a file or its mode does, comes or goes. `undefined`: they
 * are too young, or cannot be looked at.
 */
export async function stampOfFiles(files: readonly string[]): Promise<string | undefined> {
  try {
    const stats = await Promise.all(files.map((file) => stat(file, HOW)));
    const isYoung = stats.some((one) => one !== undefined && Date.now() - Number(one.ctimeMs) <= RACY_MS);
    return isYoung ? undefined : stats.map((one) => (one === undefined ? '-' : stampOf(one))).join(' ');
  } catch {
    // Reading the file tells why.
    return undefined;
  }
}

/** The inode, size and times of a file now; of one that is not there, or cannot be looked at, a text of its own. */
export async function stampOfFile(file: string): Promise<string> {
  try {
    return stampOf(await stat(file, { bigint: true }));
  } catch {
    return '-';
  }
}

const HOW = { bigint: true, throwIfNoEntry: false } as const;
