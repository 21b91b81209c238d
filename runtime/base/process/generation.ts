/**
 * A file says which control process is in charge. Answer processes whose control died go on answering, and
 * leave when they read in it that those of a successor listen.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { readRegularFile, readTextSync } from '../files/read-file.ts';
import { makeFolders, replaceFile } from '../files/replace-file.ts';

/** One control process among all that ever use the file. */
export interface Generation {
  readonly file: string;
  readonly id: string;
  /**
   * Who was in charge when it began and lives no more: where it cannot write the file, that is what the file goes on
   * saying.
   */
  before?: string | undefined;
}

/** Of an id, which has 36 of them. */
const LIMITS = { mostOctets: 100 };

/** A generation of its own. */
export function nextGeneration(file: string): Generation {
  const before = readTextSync(file, LIMITS);
  return { file, id: randomUUID(), ...(before.ok && { before: before.value }) };
}

/** Says that `id` is in charge from now on. The file changes in one step. Throws the system's error. */
export async function takeCharge(file: string, id: string): Promise<void> {
  await makeFolders(path.dirname(file));
  // Answer processes read it, which may be of another user.
  await replaceFile(file, [Buffer.from(id)], { readers: 'others' });
}

/** Whether somebody who came later is in charge. A file that cannot be read says nothing. */
export async function isSuperseded({ file, id, before }: Generation): Promise<boolean> {
  const read = await readRegularFile(file, LIMITS);
  if (!read.ok) return false;
  const inCharge = read.value.octets.toString('utf8');
  return inCharge !== '' && inCharge !== id && inCharge !== before;
}
