/**
 * Writes one file that another program reads: a draft beside it, judged by the program itself, takes its place and is read.
 * What is there already is neither written nor read again.
 */
import { realpathSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileProblemText, isNone, readRegularFile } from '../../base/files/read-file.ts';
import { replaceFile, syncFolder } from '../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';
import type { EmitSetting } from '../../config/emit/emit-schema.ts';
import { runEmitCommand } from './emit-command.ts';

type Place = Pick<EmitSetting, 'file' | 'check' | 'timeout'>;

/** What stands for the draft in the arguments of a check. */
const DRAFT = '{file}';
/** A file that is larger is not one of ours. */
const MOST_OCTETS = 64 * 2 ** 20;

/** The text that was there before, `undefined` without a file; or why the old file is kept. */
export async function writeEmitted(
  { file, check, timeout }: Place,
  text: string,
  signal: AbortSignal,
): Promise<Result<{ readonly isNew: boolean; readonly before: string | undefined }>> {
  try {
    const place = placeOf(file);
    const read = await textIn(place);
    if (!read.ok) return read;
    const before = read.value;
    if (before === text) return ok({ isNew: false, before });
    // Its name ends otherwise, so that no "include *.conf" takes it; it is always the same, so that a check can include it.
    const draft = `${place}.new`;
    try {
      await replaceFile(draft, [Buffer.from(text)], { readers: 'others' });
      const argv = check?.map((one) => one.replaceAll(DRAFT, draft));
      const checked = argv === undefined ? ok(undefined) : await runEmitCommand(argv, timeout, signal);
      if (!checked.ok) return fail(`The old file is kept: ${checked.problem}`);
      await rename(draft, place);
    } finally {
      await rm(draft, { force: true });
    }
    await syncFolder(path.dirname(place));
    return ok({ isNew: true, before });
  } catch (error) {
    return fail(`It cannot be written: ${systemErrorText(error)}`);
  }
}

async function textIn(file: string): Promise<Result<string | undefined>> {
  const read = await readRegularFile(file, { mostOctets: MOST_OCTETS });
  if (read.ok) return ok(read.value.octets.toString('utf8'));
  return isNone(read.problem)
    ? ok(undefined)
    : fail(`The old file is kept: ${fileProblemText(read.problem)}`);
}

/** Where the file is: a link to it, as in sites-enabled, stays. */
function placeOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}
