/** Reads files that dnsteer has written as a whole: what is shorter than it was when it was opened is not one. */
import { fail, ok, type Result } from '../result.ts';
import { fileProblemText, type ReadLimits, readRegularFile } from './read-file.ts';

export async function readWholeFile(
  file: string,
  limits: ReadLimits,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const read = await readRegularFile(file, limits);
  if (!read.ok) return fail(`the file ${file} cannot be read: ${fileProblemText(read.problem)}`);
  const { octets, stats } = read.value;
  if (octets.length < stats.size) return fail(`the file ${file} was cut off`);
  return ok(new Uint8Array(octets.buffer, 0, octets.length));
}
