/** Finds a query in recordings, which may have become large, may be cut, and may be anybody's. */
import { readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { fileProblemOf, fileProblemText, useRegularFileSync } from '../../base/files/read-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorCode } from '../../base/system-error.ts';
import { readRecorded } from '../../replay/read-recorded.ts';
import type { RecordedLine } from '../../rpc/recorded-line.ts';

/** Octets that are looked through at a time. */
const CHUNK = 4 * 1024 * 1024;
/** Octets of a line: longer ones are none of ours. */
const MOST_LINE = 1024 * 1024;
const NEWLINE = 0x0a;

/** In a file, or in the files of a folder, those with the last name first. Fails in words. */
export function findRecorded(id: string, place: string): Result<RecordedLine> {
  const files = filesOf(place);
  if (!files.ok) return files;
  for (const file of files.value) {
    const line = lineIn(file, id);
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
function lineIn(file: string, id: string): Result<string | undefined> {
  const wanted = Buffer.from(`"id":${JSON.stringify(id)}`);
  const limits = { mostOctets: Number.MAX_SAFE_INTEGER };
  const found = useRegularFileSync(file, limits, (descriptor) => lineWith(descriptor, wanted));
  return found.ok ? found : fail(`${file} cannot be read: ${fileProblemText(found.problem)}`);
}

function lineWith(descriptor: number, wanted: Buffer): string | undefined {
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const count = readSync(descriptor, chunk);
    const octets = Buffer.concat([rest, chunk.subarray(0, count)]);
    // The last line of a file may lack its end.
    const end = count === 0 ? octets.length : octets.lastIndexOf(NEWLINE) + 1;
    const at = octets.subarray(0, end).indexOf(wanted);
    if (at >= 0) {
      const next = octets.indexOf(NEWLINE, at);
      return octets.toString('utf8', octets.lastIndexOf(NEWLINE, at) + 1, next < 0 ? octets.length : next);
    }
    if (count === 0) return undefined;
    rest = octets.length - end > MOST_LINE ? Buffer.alloc(0) : octets.subarray(end);
  }
}
