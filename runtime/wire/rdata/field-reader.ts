/**
 * Reads the fields of one record in turn. The reader keeps the first problem and later reads yield empty
 * values, so that a codec reads straight on and the registry checks for a problem once, at the end.
 */
import type { Result } from '../../base/result.ts';
import { ROOT, type WireName } from '../name.ts';
import { type TextField, unescapeText } from '../text-field.ts';
import { ttlFromText } from '../ttl.ts';

/** How names in RDATA are read: relative to an origin in zone files, absolute in policies. */
export type NameReader = (text: string) => Result<WireName>;

const NOTHING = new Uint8Array(0);
const NO_FIELD: TextField = { text: '', quoted: false };

/** A field that the record should have. */
interface Named {
  readonly what: string;
}

export class FieldReader {
  readonly #fields: readonly TextField[];
  readonly #readName: NameReader;
  readonly #format: readonly Named[];
  #next = 0;
  #problem: string | undefined;
  #blamed = 0;

  /** `format` lists the fields the record should have, for the message about a missing field. */
  constructor(fields: readonly TextField[], readName: NameReader, format: readonly Named[]) {
    this.#fields = fields;
    this.#readName = readName;
    this.#format = format;
  }

  /** The first problem. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Index of the field with that problem. */
  get blamed(): number {
    return this.#blamed;
  }

  get hasMore(): boolean {
    return this.#problem === undefined && this.#next < this.#fields.length;
  }

  /** Notes what is wrong with the field taken last, unless something was wrong before. */
  refuse(problem: string): void {
    if (this.#problem !== undefined) return;
    this.#problem = problem;
    this.#blamed = Math.max(0, this.#next - 1);
  }

  /** Ends the reading: a field that is left over is a problem as well. */
  finish(): void {
    if (!this.hasMore) return;
    const { text } = this.field('end');
    this.refuse(`"${text}" is one field too many; write "${this.#form()}"`);
  }

  /** The text of the next field, which is not consumed. */
  peek(): string | undefined {
    return this.#fields[this.#next]?.text;
  }

  field(what: string): TextField {
    const field = this.#fields[this.#next];
    this.#next++;
    if (field === undefined) this.refuse(`The ${what} is missing; write "${this.#form()}"`);
    return field ?? NO_FIELD;
  }

  number(what: string, most: number): number {
    const { text } = this.field(what);
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value <= most) return value;
    this.refuse(`The ${what} "${text}" is no number from 0 to ${most}`);
    return 0;
  }

  /** A number, or the name of one, in any case. */
  named(what: string, names: Readonly<Record<string, number>>, most: number): number {
    const text = this.peek()?.toUpperCase();
    const known = text !== undefined && Object.hasOwn(names, text) ? names[text] : undefined;
    if (known === undefined) return this.number(what, most);
    this.#next++;
    return known;
  }

  /** Seconds in 32 bits, with units or without. */
  time(what: string): number {
    const { text } = this.field(what);
    const seconds = /^\d{1,10}$/.test(text) ? Number(text) : ttlFromText(text);
    if (seconds !== undefined && seconds <= 0xffffffff) return seconds;
    this.refuse(`The ${what} "${text}" is no time; write seconds, or units as in "1h30m"`);
    return 0;
  }

  name(what: string): WireName {
    const { text } = this.field(what);
    return this.#value(what, this.#readName(text)) ?? ROOT;
  }

  /** A field with its escapes resolved. */
  octets(what: string): Uint8Array {
    const { text } = this.field(what);
    return this.#value(what, unescapeText(text)) ?? NOTHING;
  }

  /** The text of all fields that are left, at least one, joined. */
  rest(what: string): string {
    let { text } = this.field(what);
    while (this.hasMore) text += this.field(what).text;
    return text;
  }

  /** A field of at most 255 octets (RFC 1035 §3.3, character-string). */
  characterString(what: string): Uint8Array {
    const octets = this.octets(what);
    if (octets.length > 255)
      this.refuse(`The ${what} is over 255 octets; split it into several quoted strings`);
    return octets;
  }

  #form(): string {
    return this.#format.map((field) => field.what).join(' ');
  }

  #value<T>(what: string, result: Result<T>): T | undefined {
    if (result.ok) return result.value;
    this.refuse(`The ${what} does not parse: ${result.problem}`);
    return undefined;
  }
}
