/**
 * Reads the language of gdnsd's configuration (gdnsd.config(5), "Low-level syntax"): hashes, arrays and strings, with
 * comments and `$include{…}`. A file is an implicit hash, or an array in brackets.
 */
import { NotUnderstood } from '../imported.ts';
import type { SourcePlace } from '../report.ts';
import { VscfLexer, type VscfToken } from './vscf-lexer.ts';

export type Vscf = VscfText | VscfArray | VscfHash;

export interface VscfText {
  readonly kind: 'text';
  readonly text: string;
  readonly place: SourcePlace;
}

export interface VscfArray {
  readonly kind: 'array';
  readonly items: readonly Vscf[];
  readonly place: SourcePlace;
}

export interface VscfHash {
  readonly kind: 'hash';
  readonly entries: ReadonlyMap<string, Vscf>;
  readonly place: SourcePlace;
}

/** Gives the files that an include names, with their texts; throws {@link NotUnderstood} if there are none. */
export type VscfIncludes = (
  target: string,
  from: SourcePlace,
) => readonly { readonly file: string; readonly text: string }[];

/** Values inside of values, and files inside of files, are followed to this depth. */
const DEEPEST = 64;

/** Reads a file. @throws {NotUnderstood} At the first place that breaks the syntax. */
export function parseVscf(file: string, text: string, includes: VscfIncludes, depth = 0): Vscf {
  return new VscfParser(new VscfLexer(file, text), includes, depth).file();
}

class VscfParser {
  readonly #lexer: VscfLexer;
  readonly #includes: VscfIncludes;
  #depth: number;

  constructor(lexer: VscfLexer, includes: VscfIncludes, depth: number) {
    this.#lexer = lexer;
    this.#includes = includes;
    this.#depth = depth;
  }

  file(): Vscf {
    const { place } = this.#lexer.peek();
    if (this.#lexer.peek().kind !== '[') return this.#hash(place, 'end');
    const value = this.#value();
    this.#expect('end', 'Text follows the end of the array', 'Remove it');
    return value;
  }

  #value(): Vscf {
    const token = this.#lexer.next();
    this.#deeper(token);
    const value = this.#valueOf(token);
    this.#depth--;
    return value;
  }

  #valueOf(token: VscfToken): Vscf {
    const { kind, place } = token;
    if (kind === 'text') return { kind: 'text', text: token.text, place };
    if (kind === '{') return this.#hash(place, '}');
    if (kind === '[') return this.#array(place);
    if (kind === 'include') return this.#included(token);
    throw new NotUnderstood(
      place,
      `${shown(token)} stands where a value is due`,
      'Write a string, a hash or an array',
    );
  }

  #hash(place: SourcePlace, end: '}' | 'end'): VscfHash {
    const entries = new Map<string, Vscf>();
    for (;;) {
      const key = this.#lexer.next();
      if (key.kind === end) return { kind: 'hash', entries, place };
      if (key.kind === 'include') this.#merge(key, entries);
      else this.#entry(key, entries, place);
      if (this.#lexer.peek().kind === ',') this.#lexer.next();
    }
  }

  #entry(key: VscfToken, entries: Map<string, Vscf>, opened: SourcePlace): void {
    if (key.kind === 'end') {
      throw new NotUnderstood(opened, 'The hash that begins here does not end', 'Close it with "}"');
    }
    if (key.kind !== 'text') {
      throw new NotUnderstood(key.place, `${shown(key)} stands where a key is due`, 'Write "key => value"');
    }
    if (this.#lexer.peek().kind !== '=') {
      throw new NotUnderstood(key.place, `Key "${key.text}" has no value`, 'Write "key => value"');
    }
    this.#lexer.next();
    if (entries.has(key.text)) {
      throw new NotUnderstood(
        key.place,
        `Key "${key.text}" stands twice in one hash`,
        'Remove one of the two',
      );
    }
    entries.set(key.text, this.#value());
  }

  #array(place: SourcePlace): VscfArray {
    const items: Vscf[] = [];
    for (;;) {
      const { kind } = this.#lexer.peek();
      if (kind === 'end') {
        throw new NotUnderstood(place, 'The array that begins here does not end', 'Close it with "]"');
      }
      if (kind === ']') {
        this.#lexer.next();
        return { kind: 'array', items, place };
      }
      items.push(this.#value());
      if (this.#lexer.peek().kind === ',') this.#lexer.next();
    }
  }

  /** An include in the place of a value is one file. */
  #included(token: VscfToken): Vscf {
    const [only, second] = this.#includes(token.text, token.place);
    if (only === undefined || second !== undefined) {
      throw new NotUnderstood(
        token.place,
        `"${token.text}" is not one file`,
        'Name one file where a value is due',
      );
    }
    return parseVscf(only.file, only.text, this.#includes, this.#depth);
  }

  /** An include in the place of a key merges the hashes of its files. */
  #merge(token: VscfToken, entries: Map<string, Vscf>): void {
    this.#deeper(token);
    for (const { file, text } of this.#includes(token.text, token.place)) {
      const hash = parseVscf(file, text, this.#includes, this.#depth);
      if (hash.kind !== 'hash') {
        throw new NotUnderstood(
          hash.place,
          'This file is an array, and is included into a hash',
          'Make it a hash',
        );
      }
      for (const [key, value] of hash.entries) {
        if (entries.has(key)) {
          throw new NotUnderstood(
            value.place,
            `Key "${key}" stands twice in one hash`,
            'Remove one of the two',
          );
        }
        entries.set(key, value);
      }
    }
    this.#depth--;
  }

  #deeper({ place }: VscfToken): void {
    if (++this.#depth <= DEEPEST) return;
    throw new NotUnderstood(
      place,
      `Values are more than ${DEEPEST} levels deep`,
      'Look for a file that includes itself',
    );
  }

  #expect(kind: VscfToken['kind'], message: string, remedy: string): void {
    const token = this.#lexer.next();
    if (token.kind !== kind) throw new NotUnderstood(token.place, message, remedy);
  }
}

function shown({ kind, text }: VscfToken): string {
  if (kind === 'end') return 'The end of the file';
  return kind === 'text' ? `"${text}"` : `"${kind}"`;
}
