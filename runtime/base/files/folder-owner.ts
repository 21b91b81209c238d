/**
 * New files belong to the owner of their folder. Root, who gives a verb while the server runs as a user of its own, would
 * otherwise leave files in its folders that the server cannot read.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

const isRoot = (): boolean => process.geteuid?.() === 0;
/** Whoever owns the folder above may have put a link in the place of one that was just made. */
const THE_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Gives a new file to the owner of its folder. Throws the system's error. */
export async function giveToOwner(handle: FileHandle, folder: string): Promise<void> {
  if (!isRoot()) return;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) await handle.chown(uid, gid);
}

/** Gives folders that were made to the owner of the one above the first of them. Throws the system's error. */
export async function giveFoldersToOwner(first: string | undefined, last: string): Promise<void> {
  if (first === undefined || !isRoot()) return;
  const { uid, gid } = await stat(path.dirname(first));
  if (uid === 0) return;
  for (const folder of between(first, last)) {
    const handle = await open(folder, THE_FOLDER);
    try {
      await handle.chown(uid, gid);
    } finally {
      await handle.close();
    }
  }
}

/** The folders from one down to another in it. */
function between(first: string, last: string): string[] {
  const folders: string[] = [];
  for (let folder = last; folder.length > first.length; folder = path.dirname(folder)) folders.push(folder);
  return [...folders, first];
}
