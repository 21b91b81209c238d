/**
 * A file of the system that may change while dnsteer runs: what it says is looked at again now and then. One that is empty
 * or cannot be read, or may be half written, says what it said before.
 */
import { type RegularFile, readRegularFileSync } from '../../base/files/read-file.ts';
import { WrittenInPlace } from '../../base/files/written-in-place.ts';

/** Milliseconds for which a look holds. */
const LOOK_MS = 1000;
const MOST_OCTETS = 16 * 2 ** 20;

export class SystemFile<T> {
  readonly #file: string;
  readonly #parse: (text: string) => T;
  readonly #now: () => number;
  readonly #writing = new WrittenInPlace();
  #last: { readonly text: string; readonly value: T; readonly until: number } | undefined;

  constructor(file: string, parse: (text: string) => T, now: () => number) {
    this.#file = file;
    this.#parse = parse;
    this.#now = now;
  }

  /** What the file says, the same value as long as it says the same; what an empty one would say if it never could be read. */
  get(): T {
    const now = this.#now();
    const last = this.#last;
    if (last !== undefined && now < last.until) return last.value;
    const read = readRegularFileSync(this.#file, { mostOctets: MOST_OCTETS });
    const whole = read.ok && this.#isWhole(read.value) ? read.value : undefined;
    if (whole !== undefined) this.#writing.believe(whole);
    const text = whole?.octets.toString('utf8') ?? last?.text ?? '';
    const value = last?.text === text ? last.value : this.#parse(text);
    this.#last = { text, value, until: now + LOOK_MS };
    return value;
  }

  #isWhole(file: RegularFile): boolean {
    return file.octets.length > 0 && this.#writing.waitMs(file, Date.now()) === undefined;
  }
}
