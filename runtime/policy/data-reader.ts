/**
 * Reads data that may be anything at all, and collects what is wrong with it: all problems at once,
 * each led by the path of what it is about. What cannot be read is `undefined`; whoever holds a
 * reader with problems throws away what was read.
 */
import { keyPath } from '../base/key-path.ts';

/** What is due to be an object; any property may be missing or of any type. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});

export class DataReader {
  readonly problems: string[] = [];

  refuse(path: string, problem: string): undefined {
    this.problems.push(path === '' ? problem : `${path}: ${problem}`);
    return undefined;
  }

  /** The fields of an object; none where it is no object. */
  fields(value: unknown, path: string): Fields {
    if (isFields(value)) return value;
    this.refuse(path, 'Must be an object');
    return NO_FIELDS;
  }

  /** Key, value and path of each entry, if there are not too many. */
  entries(value: unknown, path: string, most: number): [key: string, value: unknown, path: string][] {
    const entries = Object.entries(this.fields(value, path));
    if (entries.length > most) {
      this.refuse(path, `Holds ${entries.length} entries; ${most} are possible`);
      return [];
    }
    return entries.map(([key, entry]) => [key, entry, keyPath(path, key)]);
  }

  /** A whole number, where there is one. */
  whole(value: unknown, path: string, least: number, most: number): number | undefined {
    if (value === undefined || isWhole(value, least, most)) return value;
    return this.refuse(path, `Must be a whole number from ${least} to ${most}`);
  }

  /** A number, where there is one. */
  number(value: unknown, path: string, least: number, most: number): number | undefined {
    if (value === undefined || (typeof value === 'number' && value >= least && value <= most)) return value;
    return this.refuse(path, `Must be a number from ${least} to ${most}`);
  }

  /** A text of reasonable length, where there is one. */
  text(value: unknown, path: string): string | undefined {
    if (value === undefined || (typeof value === 'string' && value.length <= MAX_TEXT)) return value;
    return this.refuse(path, `Must be a text of up to ${MAX_TEXT} characters`);
  }
}

const MAX_TEXT = 2048;

/** Whether it is an object with keys. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
