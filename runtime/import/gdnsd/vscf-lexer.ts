/** The words of gdnsd's configuration: punctuation, strings with or without quotes, includes. */
import { readEscape } from '../../wire/text-field.ts';
import { NotUnderstood } from '../imported.ts';
import type { SourcePlace } from '../report.ts';

export interface VscfToken {
  readonly kind: '{' | '}' | '[' | ']' | ',' | '=' | 'text' | 'include' | 'end';
  /** The string, or the path of an include, with no escapes left. */
  readonly text: string;
  readonly place: SourcePlace & { readonly column: number };
}

/** What no string without quotes has in it, unless behind a backslash. */
const SPECIAL = /[\][}{;#,"=\\\s]/;

export class VscfLexer {
  readonly #file: string;
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #peeked: VscfToken | undefined;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  peek(): VscfToken {
    this.#peeked ??= this.#read();
    return this.#peeked;
  }

  next(): VscfToken {
    const token = this.peek();
    this.#peeked = undefined;
    return token;
  }

  #read(): VscfToken {
    this.#skip();
    const place = this.#place();
    const character = this.#text[this.#at];
    if (character === undefined) return { kind: 'end', text: '', place };
    if (isPunctuation(character)) {
      this.#at++;
      if (character === '=' && this.#text[this.#at] === '>') this.#at++;
      return { kind: character, text: character, place };
    }
    if (this.#text.startsWith('$include{', this.#at)) return this.#include(place);
    if (character === '$') {
      throw new NotUnderstood(place, 'A string begins with "$"', 'Put it in quotes');
    }
    return { kind: 'text', text: this.#string(), place };
  }

  #include(place: VscfToken['place']): VscfToken {
    this.#at += '$include{'.length;
    this.#skip();
    const text = this.#string();
    this.#skip();
    if (this.#text[this.#at] !== '}') {
      throw new NotUnderstood(place, 'The include does not end', 'Write $include{file}');
    }
    this.#at++;
    return { kind: 'include', text, place };
  }

  #string(): string {
    const place = this.#place();
    const isQuoted = this.#text[this.#at] === '"';
    if (isQuoted) this.#at++;
    const octets: number[] = [];
    for (;;) {
      const character = this.#text[this.#at];
      if (
        isQuoted
          ? character === '"'
          : character === undefined || (character !== '\\' && SPECIAL.test(character))
      )
        break;
      if (character === undefined)
        throw new NotUnderstood(place, 'The quote is not closed', 'Close it with a quote');
      if (character === '\\') octets.push(this.#escaped());
      else octets.push(...Buffer.from(this.#character()));
    }
    if (isQuoted) this.#at++;
    else if (octets.length === 0) throw new NotUnderstood(place, 'A string is due here', 'Write one');
    return Buffer.from(octets).toString();
  }

  #escaped(): number {
    const read = readEscape(this.#text, this.#at);
    if (read?.ok !== true) {
      throw new NotUnderstood(this.#place(), 'The backslash escapes nothing', 'Write "\\\\" for a backslash');
    }
    this.#at = read.value.end;
    return read.value.octet;
  }

  /** One character, and the line count goes on with it. */
  #character(): string {
    const point = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += point.length;
    if (point === '\n') {
      this.#line++;
      this.#lineStart = this.#at;
    }
    return point;
  }

  /** Passes over blanks and comments. */
  #skip(): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return;
      if (character === '#' || character === ';') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (/\s/.test(character)) {
        this.#character();
      } else {
        return;
      }
    }
  }

  #place(): VscfToken['place'] {
    return { file: this.#file, line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}

function isPunctuation(character: string): character is '{' | '}' | '[' | ']' | ',' | '=' {
  return '{}[],='.includes(character);
}
