/**
 * The overrides of operators in the state folder: a line of JSON for each, behind a first line that says what it is. The
 * file is written whole. A line that is not sound is told with its number, and the file is copied before it is written
 * again: what an operator has said is not lost because of another line.
 */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { linesOf, objectInLine } from '../../base/files/json-line.ts';
import { fileProblemText, readRegularFile } from '../../base/files/read-file.ts';
import { replaceFile, syncFolder, writeInFolder } from '../../base/files/replace-file.ts';
import type { OperatorOverride, Ramp } from '../../health/overrides/operator-override.ts';
import { readTargetPattern } from '../../health/overrides/target-pattern.ts';

const MOST_OCTETS = 16 * 2 ** 20;
const FORMAT = 1;

export interface ReadOverrides {
  readonly overrides: readonly OperatorOverride[];
  /** What is wrong with the file, in words that name file and line. */
  readonly problems: readonly string[];
}

export class OverrideFile {
  readonly file: string;
  /** What the file held when lines of it could not be understood, until that is copied. */
  #damaged: Uint8Array | undefined;
  /** There is something that cannot be read. */
  #isUnreadable = false;

  constructor(file: string) {
    this.file = file;
  }

  async read(): Promise<ReadOverrides> {
    const read = await readRegularFile(this.file, { mostOctets: MOST_OCTETS });
    if (!read.ok) {
      if (read.problem.kind === 'absent') return { overrides: [], problems: [] };
      this.#isUnreadable = true;
      return { overrides: [], problems: [`${this.file}: ${fileProblemText(read.problem)}`] };
    }
    const { octets } = read.value;
    const [header = '', ...lines] = octets.toString().split('\n');
    const overrides: OperatorOverride[] = [];
    const problems: string[] = [];
    const inHeader = headerProblem(header);
    if (inHeader !== undefined) problems.push(`${this.file}:1: ${inHeader}`);
    else if (lines.pop() !== '') problems.push(`${this.file}:${lines.length + 2}: the last line is cut off`);
    for (const [index, line] of inHeader === undefined ? lines.entries() : []) {
      const found = overrideIn(line);
      if (typeof found === 'string') problems.push(`${this.file}:${index + 2}: ${found}`);
      else overrides.push(found);
    }
    if (problems.length > 0) this.#damaged = octets;
    return { overrides, problems };
  }

  /** Throws the system's error; the file is then as it was. */
  async write(overrides: readonly OperatorOverride[]): Promise<void> {
    const folder = path.dirname(this.file);
    const text = linesOf([{ dnsteer: 'overrides', format: FORMAT }, ...overrides]);
    await writeInFolder(folder, async () => {
      if (this.#damaged !== undefined) await replaceFile(`${this.file}.damaged`, [this.#damaged]);
      if (this.#isUnreadable) await rename(this.file, `${this.file}.damaged`);
      this.#damaged = undefined;
      this.#isUnreadable = false;
      await replaceFile(this.file, [Buffer.from(text)]);
    });
    await syncFolder(folder);
  }
}

function headerProblem(line: string): string | undefined {
  const read = objectInLine(line);
  if (read?.dnsteer !== 'overrides') return 'this is no file of overrides, or its first line is damaged';
  return read.format === FORMAT
    ? undefined
    : `another version of dnsteer wrote it (format ${String(read.format)})`;
}

/** An override from its line, or what is wrong with it. */
function overrideIn(line: string): OperatorOverride | string {
  const read = objectInLine(line);
  if (read === undefined) return 'the line is no JSON object';
  const { kind, target, owner, reason, since, expires, ramp } = read;
  if (kind !== 'drain' && kind !== 'up' && kind !== 'down') return '"kind" is none of drain, up, down';
  if (typeof target !== 'string') return '"target" is no text';
  const pattern = readTargetPattern(target);
  if (!pattern.ok) return pattern.problem;
  if (typeof owner !== 'string') return '"owner" is no text';
  if (reason !== undefined && typeof reason !== 'string') return '"reason" is no text';
  if (!isTime(since)) return '"since" is no time';
  if (expires !== undefined && !isTime(expires)) return '"expires" is no time';
  if (ramp !== undefined && !isRamp(ramp)) return '"ramp" is no ramp';
  return {
    kind,
    target: pattern.value.text,
    owner,
    ...(reason !== undefined && { reason }),
    since,
    ...(expires !== undefined && { expires }),
    ...(ramp !== undefined && { ramp }),
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRamp(value: unknown): value is Ramp {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to, begins, ends } = value as Record<string, unknown>;
  return isShare(from) && isShare(to) && isTime(begins) && isTime(ends) && begins < ends;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
