/** Files that change in one step, and are on the disk before they have their name: a crash leaves the old one or the new one. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../system-error.ts';

/**
 * Puts octets in place of what a file held, for its owner alone to read. `modifiedAt`, in milliseconds since 1970,
 * is now unless given. Throws the system's error, and leaves the old file.
 */
export async function replaceFile(
  file: string,
  parts: readonly Uint8Array[],
  modifiedAt?: number,
): Promise<void> {
  const draft = path.join(path.dirname(file), `${randomUUID()}.tmp`);
  try {
    const handle = await open(draft, 'wx', 0o600);
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
