/** Files that nobody needs any more. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { namesIn } from './names-in.ts';

/** Removes files from a folder, which need not be there, by their names. Rejects with the system's error. */
export async function removeNames(folder: string, mayGo: (name: string) => boolean): Promise<void> {
  const names = (await namesIn(folder)).filter(mayGo);
  await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
}
