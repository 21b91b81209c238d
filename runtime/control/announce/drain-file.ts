/** What an operator has said of this server's announcements, kept in the state folder for the next start. */
import path from 'node:path';
import { objectInLine } from '../../base/files/json-line.ts';
import { fileProblemText, readRegularFile } from '../../base/files/read-file.ts';
import { replaceFile, writeInFolder } from '../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';

/** Traffic is kept from this server; times are in milliseconds since 1970. */
export interface AnnounceDrain {
  readonly owner: string;
  readonly reason?: string;
  readonly since: number;
  readonly expires?: number;
}

const MOST_OCTETS = 64 * 1024;

/** The drain that holds, `undefined` for none; fails if the file cannot be understood. */
export async function readAnnounceDrain(file: string): Promise<Result<AnnounceDrain | undefined>> {
  const read = await readRegularFile(file, { mostOctets: MOST_OCTETS });
  if (!read.ok)
    return read.problem.kind === 'absent' ? ok(undefined) : fail(`${file}: ${fileProblemText(read.problem)}`);
  const found = objectInLine(read.value.octets.toString());
  if (found === undefined) return fail(`${file} is damaged`);
  const { owner, reason, since, expires } = found;
  if (owner === undefined) return ok(undefined);
  if (typeof owner !== 'string' || typeof since !== 'number') return fail(`${file} is damaged`);
  return ok({
    owner,
    ...(typeof reason === 'string' && { reason }),
    since,
    ...(typeof expires === 'number' && { expires }),
  });
}

/** Throws the system's error; the file is then as it was. */
export async function writeAnnounceDrain(file: string, drain: AnnounceDrain | undefined): Promise<void> {
  const octets = Buffer.from(`${JSON.stringify(drain ?? {})}\n`);
  await writeInFolder(path.dirname(file), () => replaceFile(file, [octets]));
}
