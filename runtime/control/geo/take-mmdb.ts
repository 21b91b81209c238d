/**
 * Takes over an MMDB file: reads it, looks at all of it, and puts a copy of just these octets aside, from which answer processes
 * read. The file itself may be written over, cut or removed at any time; a process that begins then reads what was checked.
 */
import path from 'node:path';
import { contentHash, shortHash } from '../../base/files/content-hash.ts';
import { stampOf } from '../../base/files/file-state.ts';
import { fileProblemText, readRegularFile } from '../../base/files/read-file.ts';
import { replaceFile, writeInFolder } from '../../base/files/replace-file.ts';
import { stampOfFile } from '../../base/files/stamp.ts';
import { runInThread } from '../../base/process/run-in-thread.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { checkMmdb, type MmdbDescription } from '../../geo/mmdb-check.ts';
import { MOST_MMDB_OCTETS } from '../../geo/mmdb-file.ts';

export interface TakeTask {
  readonly file: string;
  /** The folder of copies; without it, none is made. */
  readonly folder?: string;
  /** What was found last: the same content is not looked at again. */
  readonly before?: TakenMmdb | undefined;
}

export interface TakenMmdb extends MmdbDescription {
  /** Absent where it could not be written. */
  readonly copy?: string;
  /** The system's error with which it could not be. */
  readonly unwritten?: { readonly code: string; readonly message: string };
}

/** As {@link takeMmdbHere}, in a thread: seconds for a large file, and longer where the file system hangs. */
export function takeMmdb(task: TakeTask): Promise<Result<TakenMmdb>> {
  return runInThread<Result<TakenMmdb>>(ENTRY, task, 'The thread for geo data');
}

/** Resolves with what is wrong with the file, if anything is. */
export async function takeMmdbHere({ file, folder, before }: TakeTask): Promise<Result<TakenMmdb>> {
  const read = await readRegularFile(file, { mostOctets: MOST_MMDB_OCTETS });
  if (!read.ok) return fail(fileProblemText(read.problem));
  const { octets, stats } = read.value;
  if ((await stampOfFile(file)) !== stampOf(stats)) return fail('it was written while it was read');
  const isSame = before?.hash === contentHash(octets);
  if (isSame && before.copy !== undefined) return ok(before);
  const found = isSame ? ok(before) : checkMmdb(octets);
  if (!found.ok) return found;
  const { unwritten: _, ...description } = found.value as TakenMmdb;
  if (folder === undefined) return ok(description);
  const copy = path.join(folder, `${copyPrefix(file)}${shortHash(description.hash)}.mmdb`);
  try {
    await writeInFolder(folder, () => replaceFile(copy, [octets]), 0o700);
    return ok({ ...description, copy });
  } catch (error) {
    return ok({
      ...description,
      unwritten: { code: systemErrorCode(error) ?? '', message: systemErrorText(error) },
    });
  }
}

/** With this the names of all copies of a file begin. */
export function copyPrefix(file: string): string {
  return `${shortHash(file)}-`;
}

const ENTRY = new URL(`take-thread${path.extname(import.meta.url)}`, import.meta.url);
