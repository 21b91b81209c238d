/** Finds a query in recordings, which may have become large, may be cut, and may be anybody's. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileProblemOf, fileProblemText } from '../../base/files/read-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorCode } from '../../base/system-error.ts';
import { eachLine } from '../../replay/each-line.ts';
import { readRecorded } from '../../replay/read-recorded.ts';
import type { RecordedLine } from '../../rpc/recorded-line.ts';

/** In a file, or in the files of a folder, those with the last name first. Fails in words. */
export async function findRecorded(id: string, place: string): Promise<Result<RecordedLine>> {
  const files = filesOf(place);
  if (!files.ok) return files;
  for (const file of files.value) {
    const line = await lineIn(file, id);
    if (!line.ok) return line;
    if (line.value === undefined) continue;
    const read = readRecorded(line.value);
    if (!read.ok) return fail(`${file}: Query ${id}: ${read.problem}`);
    if (read.value.kind === 'query') return ok(read.value.line);
  }
  const where = files.value.length === 1 ? (files.value[0] ?? place) : place;
  return fail(`There is no query ${id} in ${where}`);
}

function filesOf(place: string): Result<readonly string[]> {
  try {
    const names = readdirSync(place).filter((name) => name.endsWith('.jsonl'));
    if (names.length === 0) return fail(`There is no recording in ${place}`);
    return ok(
      names
        .sort()
        .reverse()
        .map((name) => path.join(place, name)),
    );
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') return ok([place]);
    return fail(`No recording can be read in ${place}: ${fileProblemText(fileProblemOf(error))}`);
  }
}

/** The text of the line that has an id. */
async function lineIn(file: string, id: string): Promise<Result<string | undefined>> {
  const wanted = `"id":${JSON.stringify(id)}`;
  let line: string | undefined;
  const read = await eachLine(file, (text) => {
    if (text?.includes(wanted) !== true) return undefined;
    line = text;
    return 'stop';
  });
  return read.ok ? ok(line) : fail(`${file} cannot be read: ${fileProblemText(read.problem)}`);
}
