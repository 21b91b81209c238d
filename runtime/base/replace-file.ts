/** Files that change in one step, and are on the disk before they have their name: a crash leaves the old one or the new one. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';

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

/** Puts the names in a folder on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
