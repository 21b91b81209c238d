/**
 * A text that a server has to say, within the first octets of what it says. It is looked for as it stands: an
 * expression of a policy could keep control busy for as long as it likes.
 */
import type { DataReader } from '../../base/data-reader.ts';

/** Octets that are looked at: as many as Route 53 looks at, so that checks move over as they are. */
export const MOST_LOOKED_AT = 5120;
/** Octets of a text in UTF-8. */
const MOST_TEXT = 1024;

/** Reads a text that is looked for or sent. */
export function readOctetText(value: unknown, path: string, reader: DataReader): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MOST_TEXT) return value;
  return reader.refuse(path, `Must be a text of 1 to ${MOST_TEXT} octets`);
}

/** Looks for a text in octets that come piece by piece. */
export class ExpectedText {
  readonly #wanted: string;
  readonly #octets: Buffer;
  #seen = Buffer.alloc(0);

  constructor(wanted: string) {
    this.#wanted = wanted;
    this.#octets = Buffer.from(wanted);
  }

  /** Whether no further octets are looked at. */
  get isFull(): boolean {
    return this.#seen.length >= MOST_LOOKED_AT;
  }

  /** Takes the next octets; returns whether the text has come. */
  take(octets: Uint8Array): boolean {
    this.#seen = Buffer.concat([this.#seen, octets]).subarray(0, MOST_LOOKED_AT);
    return this.#seen.includes(this.#octets);
  }

  /** Says that it did not come, and what came. */
  problem(what: string): string {
    const began = this.#seen.toString('utf8', 0, MOST_SHOWN);
    const came = this.#seen.length === 0 ? `${what} is empty` : `${what} begins with "${began}"`;
    return `"${this.#wanted.slice(0, MOST_SHOWN)}" did not come: ${came}`;
  }
}

/** Characters of a text that people see. */
const MOST_SHOWN = 60;
