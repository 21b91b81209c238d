/** A file of the system that may change while dnsteer runs: what it says is looked at again now and then. */
import { readTextSync } from '../../base/files/read-file.ts';

/** Milliseconds for which a look holds. */
const LOOK_MS = 1000;
const MOST_OCTETS = 16 * 2 ** 20;

export class SystemFile<T> {
  readonly #file: string;
  readonly #parse: (text: string) => T;
  readonly #now: () => number;
  #last: { readonly text: string; readonly value: T; readonly until: number } | undefined;

  constructor(file: string, parse: (text: string) => T, now: () => number) {
    this.#file = file;
    this.#parse = parse;
    this.#now = now;
  }

  /** What the file says, the same value as long as it says the same; what an empty one would say if it cannot be read. */
  get(): T {
    const now = this.#now();
    const last = this.#last;
    if (last !== undefined && now < last.until) return last.value;
    const read = readTextSync(this.#file, { mostOctets: MOST_OCTETS });
    const text = read.ok ? read.value : '';
    const value = last?.text === text ? last.value : this.#parse(text);
    this.#last = { text, value, until: now + LOOK_MS };
    return value;
  }
}
