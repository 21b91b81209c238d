/** Files that change in one step, and are on the disk before they have their name: a crash leaves the old one or the new one. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../system-error.ts';

export interface ReplaceOptions {
  /** When the file was modified, in milliseconds since 1970. Default: now. */
  readonly modifiedAt?: number;
  /** Who may read it: its owner alone, or other users too, as far as the umask of the process lets them. Default: its owner. */
  readonly readers?: 'owner' | 'others';
}

/** Puts octets in place of what a file held. Throws the system's error, and leaves the old file. */
export async function replaceFile(
  file: string,
  parts: readonly Uint8Array[],
  { modifiedAt, readers = 'owner' }: ReplaceOptions = {},
): Promise<void> {
  const draft = path.join(path.dirname(file), `${randomUUID()}.tmp`);
  try {
    const handle = await open(draft, 'wx', MODE[readers]);
    try {
      for (const octets of parts) await handle.writeFile(octets);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (modifiedAt !== undefined) await utimes(draft, modifiedAt / 1000, modifiedAt / 1000);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

/** Makes a folder and those above it, where they are not. Throws the system's error. */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    // Of a file system that is read-only, Node says that something is missing; the system says why.
    if (systemErrorCode(error) === 'ENOENT') await mkdir(folder);
    else throw error;
  }
}

/** Puts the names in a folder on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const MODE = { owner: 0o600, others: 0o644 };
