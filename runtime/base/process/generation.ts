/**
 * A file says which control process is in charge. Answer processes whose control died go on answering, and
 * leave when the file says that the processes of a successor listen.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { readRegularFile, readTextSync } from '../files/read-file.ts';
import { makeFolders, replaceFile } from '../files/replace-file.ts';

/** One control process of all that ever use the file. */
export interface Generation {
  readonly file: string;
  readonly id: string;
  /**
   * The control process in charge when this one began, which is dead. If this one cannot write the file, the
   * file keeps that id.
   */
  before?: string | undefined;
}

/** Limits of the file: an id has 36 octets. */
const LIMITS = { mostOctets: 100 };

/** Makes the generation of a new control process. */
export function nextGeneration(file: string): Generation {
  const before = readTextSync(file, LIMITS);
  return { file, id: randomUUID(), ...(before.ok && { before: before.value }) };
}

/** Writes that `id` is in charge from now on. The file changes in one step. Throws the system's error. */
export async function takeCharge(file: string, id: string): Promise<void> {
  await makeFolders(path.dirname(file));
  // Answer processes, which may run as another user, read the file.
  await replaceFile(file, [Buffer.from(id)], { readers: 'others' });
}

/** Whether a later control process is in charge. An unreadable file means no. */
export async function isSuperseded({ file, id, before }: Generation): Promise<boolean> {
  const read = await readRegularFile(file, LIMITS);
  if (!read.ok) return false;
  const inCharge = read.value.octets.toString('utf8');
  return inCharge !== '' && inCharge !== id && inCharge !== before;
}
