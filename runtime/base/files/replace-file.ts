/**
 * Replaces and makes files in one step. The new file is on the disk before it gets its name: a crash leaves the
 * old or the new, and nobody sees a part of it.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../system-error.ts';
import { giveFoldersToOwner, giveToOwner } from './folder-owner.ts';

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
  const draft = draftOf(file);
  try {
    await writeToDisk(draft, parts, options);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

/** Makes a file. Throws the system's error: EEXIST where there is one of that name, which stays. */
export async function createFile(
  file: string,
  parts: readonly Uint8Array[],
  options: ReplaceOptions = {},
): Promise<void> {
  await createFiles([{ file, parts, options }]);
}

export interface NewFile {
  readonly file: string;
  readonly parts: readonly Uint8Array[];
  readonly options?: ReplaceOptions;
}

/**
 * Makes files, which get their names in this order once all are on the disk: the disk is waited for once. Throws the
 * system's error, and then has made none.
 */
export async function createFiles(files: readonly NewFile[]): Promise<void> {
  const drafts = files.map(({ file, ...content }) => ({ file, draft: draftOf(file), ...content }));
  const named: string[] = [];
  try {
    const written = await Promise.allSettled(
      drafts.map(({ draft, parts, options = {} }) => writeToDisk(draft, parts, options)),
    );
    for (const each of written) if (each.status === 'rejected') throw each.reason;
    for (const { file, draft } of drafts) {
      // Unlike a renamed file, a second name never takes the place of another.
      await link(draft, file);
      named.push(file);
    }
  } catch (error) {
    for (const file of named) await rm(file, { force: true }).catch(() => {});
    throw error;
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true }).catch(() => {});
  }
}

/** Makes a folder and its missing parents, which belong to the owner of the folder they are in. Throws the system's error. */
export async function makeFolders(folder: string, mode?: number): Promise<void> {
  try {
    await giveFoldersToOwner(await mkdir(folder, { recursive: true, mode }), path.resolve(folder));
  } catch (error) {
    // On a read-only file system Node reports a missing folder; the second call throws the system's error.
    if (systemErrorCode(error) === 'ENOENT') await mkdir(folder, mode);
    else throw error;
  }
}

/** Does what writes into a folder, which is made where it is missing. Throws the system's error. */
export async function writeInFolder<T>(folder: string, work: () => Promise<T>, mode?: number): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    // Folders above it are for everybody.
    if (mode !== undefined) await makeFolders(path.dirname(folder));
    await makeFolders(folder, mode);
    return await work();
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

/** A name beside the file, so that the draft can take its name. */
function draftOf(file: string): string {
  return path.join(path.dirname(file), `${randomUUID()}.tmp`);
}

async function writeToDisk(
  draft: string,
  parts: readonly Uint8Array[],
  { modifiedAt, readers = 'owner' }: ReplaceOptions,
): Promise<void> {
  const handle = await open(draft, 'wx', MODE[readers]);
  try {
    await giveToOwner(handle, path.dirname(draft));
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    for (const octets of size > MOST_JOINED ? parts : [Buffer.concat(parts)]) await handle.writeFile(octets);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (modifiedAt !== undefined) await utimes(draft, modifiedAt / 1000, modifiedAt / 1000);
}

/** Octets of parts that are copied to be written at once. */
const MOST_JOINED = 64 * 1024;

const MODE = { owner: 0o600, others: 0o644 };
