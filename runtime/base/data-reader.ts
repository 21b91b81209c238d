/**
 * Reads untrusted data of any shape, and collects all its problems; each problem begins with the path of its
 * value. A value that cannot be read is `undefined`; a caller that finds problems in the reader throws the
 * result away.
 */
import { keyPath } from './key-path.ts';

/** The fields of an object; any field may be missing or of any type. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});

export class DataReader {
  readonly problems: string[] = [];

  refuse(path: string, problem: string): undefined {
    this.add(problemAt(path, problem));
    return undefined;
  }

  /** Notes problems that begin with their path already. */
  add(...problems: readonly string[]): void {
    for (const problem of problems) if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
  }

  /** The fields of an object; none if the value is no object. */
  fields(value: unknown, path: string): Fields {
    if (isFields(value)) return value;
    this.refuse(path, 'Must be an object');
    return NO_FIELDS;
  }

  /** Key, value and path of each entry, unless there are too many. */
  *entries(
    value: unknown,
    path: string,
    most: number,
  ): Generator<[key: string, value: unknown, path: string], void, undefined> {
    const fields = this.fields(value, path);
    const keys = Object.keys(fields);
    if (keys.length > most) {
      this.refuse(path, `Holds ${keys.length} entries; ${most} are possible`);
    } else if (keys.some((key) => key.length > MOST_KEY)) {
      this.refuse(path, `Holds a key of over ${MOST_KEY} characters`);
    } else {
      for (const key of keys) yield [key, fields[key], keyPath(path, key)];
    }
  }

  /** A whole number within bounds, which may be missing. */
  whole(value: unknown, path: string, least: number, most: number): number | undefined {
    if (value === undefined || isWhole(value, least, most)) return value;
    return this.refuse(path, `Must be a whole number from ${least} to ${most}`);
  }

  /** A number within bounds, which may be missing. */
  number(value: unknown, path: string, least: number, most: number): number | undefined {
    if (value === undefined || (typeof value === 'number' && value >= least && value <= most)) return value;
    return this.refuse(path, `Must be a number from ${least} to ${most}`);
  }

  /** A text of limited length, which may be missing. */
  text(value: unknown, path: string): string | undefined {
    if (value === undefined || (typeof value === 'string' && value.length <= MAX_TEXT)) return value;
    return this.refuse(path, `Must be a text of up to ${MAX_TEXT} characters`);
  }
}

const MAX_TEXT = 2048;
/** Characters of a key; a name of 255 octets has fewer, even with all octets escaped. */
const MOST_KEY = 1024;
/** Characters of a problem: the text it quotes may have any length. */
const MOST_PROBLEM = 2000;
/**
 * The most problems kept: an author reads no more at once, and a hostile policy can have a hundred thousand.
 */
export const MOST_PROBLEMS = 100;

/** A problem that begins with the path of its value, cut to a length fit for showing. */
export function problemAt(path: string, problem: string): string {
  const text = path === '' ? problem : `${path}: ${problem}`;
  return text.length <= MOST_PROBLEM ? text : `${text.slice(0, MOST_PROBLEM)}…`;
}

/** Whether a value is an object with keys. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
