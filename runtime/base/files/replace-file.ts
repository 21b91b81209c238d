/**
 * Replaces and makes files in one step. The new file is on the disk before it gets its name: a crash leaves the
 * old or the new, and nobody sees a part of it.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../system-error.ts';

export interface ReplaceOptions {
  /** The modification time of the file, in milliseconds since 1970. The default is now. */
  readonly modifiedAt?: number;
  /**
   * Which users may read it: its owner, the default, or also others, if the umask of the process lets them.
   */
  readonly readers?: 'owner' | 'others';
}

/** Replaces the content of a file. Throws the system's error, and then leaves the old file. */
export async function replaceFile(
  file: string,
  parts: readonly Uint8Array[],
  options: ReplaceOptions = {},
): Promise<void> {
  await writeDraft(file, parts, options, (draft) => rename(draft, file));
}

/** Makes a file. Throws the system's error: EEXIST where there is one of that name, which stays. */
export async function createFile(
  file: string,
  parts: readonly Uint8Array[],
  options: ReplaceOptions = {},
): Promise<void> {
  await writeDraft(file, parts, options, async (draft) => {
    // Unlike a renamed file, a second name never takes the place of another.
    await link(draft, file);
    await rm(draft);
  });
}

/** Makes a folder and its missing parents. Throws the system's error. */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    // On a read-only file system Node reports a missing folder; the second call throws the system's error.
    if (systemErrorCode(error) === 'ENOENT') await mkdir(folder);
    else throw error;
  }
}

/** Does what writes into a folder, which is made where it is missing. Throws the system's error. */
export async function writeInFolder(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    await makeFolders(folder);
    await work();
  }
}

/** Writes the names in a folder to the disk. Those who want it while it goes on wait for the next time together. */
export function syncFolder(folder: string): Promise<void> {
  const { running, next } = syncing.get(folder) ?? {};
  if (next !== undefined) return next;
  const turn = (running ?? Promise.resolve())
    .catch(() => {})
    .then(() => {
      syncing.set(folder, { running: turn });
      return syncNow(folder);
    })
    .finally(() => {
      if (syncing.get(folder)?.next === undefined) syncing.delete(folder);
    });
  syncing.set(folder, { running, next: turn });
  return turn;
}

interface Syncing {
  /** It may have begun before the last names were there. */
  readonly running?: Promise<void> | undefined;
  readonly next?: Promise<void> | undefined;
}

const syncing = new Map<string, Syncing>();

async function syncNow(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a draft to the disk, beside the file, and has it take the file's name. */
async function writeDraft(
  file: string,
  parts: readonly Uint8Array[],
  { modifiedAt, readers = 'owner' }: ReplaceOptions,
  takeName: (draft: string) => Promise<void>,
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
    await takeName(draft);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

const MODE = { owner: 0o600, others: 0o644 };
