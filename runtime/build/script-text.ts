/**
 * A script as its tokens, with its names. Names are told apart by their letters only: one that stands for two things is
 * used for whatever either is used for. So a name is followed to what it stands for as far as it is declared once.
 */
import type { ScriptToken } from './script-tokens.ts';

/** An expression begins behind these, and ends before those, whatever stands further on. */
export const BEFORE_EXPRESSION: ReadonlySet<string> = new Set([
  '(',
  '[',
  '{',
  '${',
  ',',
  ';',
  '=',
  '=>',
  'return',
  '&&',
  '||',
  '?',
  ':',
  '}',
]);
export const BEHIND_EXPRESSION: ReadonlySet<string> = new Set([
  ')',
  ']',
  '}',
  ',',
  ';',
  '&&',
  '||',
  '?',
  ':',
]);
export const EQUAL: ReadonlySet<string> = new Set(['===', '!==', '==', '!=']);
export const DECLARES: ReadonlySet<string> = new Set(['const', 'let', 'var']);
export const ASSIGNS = /^(?:[-+*/%&|^]|<<|>>>?|\*\*|&&|\|\||\?\?)?=$|^(?:\+\+|--)$/;

/** Tokens of one thing, the first and the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A name that a function gives to what it is called with, and where the name can stand for that. */
export interface Parameter {
  readonly name: number;
  readonly scope: Span;
}

/** Tokens are named by their place among all. */
export class ScriptText {
  readonly tokens: readonly ScriptToken[];
  /** Name → where it stands, other than as the name of a property. */
  readonly #places = new Map<string, number[]>();

  constructor(tokens: readonly ScriptToken[]) {
    this.tokens = tokens;
    for (const [at, { kind, text }] of tokens.entries()) {
      if (kind !== 'name' || this.isProperty(at)) continue;
      const places = this.#places.get(text);
      if (places === undefined) this.#places.set(text, [at]);
      else places.push(at);
    }
  }

  /** Whether names can stand for what is not seen here. */
  get isOpaque(): boolean {
    return (
      this.#places.has('eval') || this.tokens.some(({ kind, text }) => kind === 'keyword' && text === 'with')
    );
  }

  places(name: string): readonly number[] {
    return this.#places.get(name) ?? [];
  }

  /** Where a name is given its value, if that is one place: `const name = …`. */
  declared(name: number): number | undefined {
    const places = this.places(this.text(name));
    const [declared, other] = places.filter((at) => DECLARES.has(this.text(at - 1)));
    return other === undefined && declared !== undefined && this.text(declared + 1) === '='
      ? declared
      : undefined;
  }

  /** The last token of what a name is declared to be, from the first. */
  endOf(from: number): number | undefined {
    for (let at = from; at < this.tokens.length; at += 1) {
      if (this.other(at) > at) at = this.other(at);
      const behind = this.text(at + 1);
      if (behind === ';' || behind === ',') return at;
    }
    return undefined;
  }

  /** The block in which a declaration that begins at a token holds; `undefined` where that may be the whole script. */
  scopeOf(declares: number): Span | undefined {
    if (this.text(declares) === 'var') return undefined;
    const from = this.#opened(declares - 1);
    return this.text(from) === '{' ? { from, to: this.other(from) } : undefined;
  }

  /** What a function that is called with an argument at a token calls it, if that is certain. */
  parameterFor(argument: number): Parameter | undefined {
    const open = this.#opened(argument - 1);
    if (this.text(open) !== '(' || this.places('arguments').length > 0) return undefined;
    const list = this.#parameters(open - 1);
    if (list === undefined) return undefined;
    let index = 0;
    for (let at = open + 1; at < argument; at += 1) {
      if (this.other(at) > at) at = this.other(at);
      else if (this.text(at) === ',') index += 1;
    }
    const name = this.#names(list)?.[index];
    const body = this.other(list) + 1;
    const to = this.text(body) === '=>' ? this.#endOfBody(body + 1) : this.other(body);
    return name === undefined || to < 0 ? undefined : { name, scope: { from: list, to } };
  }

  /** The bracket that is open at a token; -1 if none is. */
  #opened(from: number): number {
    for (let at = from; at >= 0; at -= 1) {
      const other = this.other(at);
      if (other > at) return at;
      if (other >= 0) at = other;
    }
    return -1;
  }

  /** Where the parameters begin of a function that is called by a name, which stands for nothing else. */
  #parameters(called: number): number | undefined {
    if (this.kind(called) !== 'name' || this.isProperty(called) || this.text(called - 1) === 'new')
      return undefined;
    const places = this.places(this.text(called));
    const [declared, other] = places.filter(
      (at) => this.text(at - 1) === 'function' || DECLARES.has(this.text(at - 1)),
    );
    const isCalled = (at: number): boolean => at === declared || this.text(at + 1) === '(';
    if (declared === undefined || other !== undefined || !places.every(isCalled)) return undefined;
    if (this.text(declared - 1) === 'function') return declared + 1;
    const list = declared + 2;
    const isArrow = this.text(list) === '(' && this.text(this.other(list) + 1) === '=>';
    return this.text(declared + 1) === '=' && isArrow ? list : undefined;
  }

  /** The names of parameters, where they are names and no more. */
  #names(list: number): readonly number[] | undefined {
    const names: number[] = [];
    for (let at = list + 1; at < this.other(list); at += 2) {
      if (this.kind(at) !== 'name') return undefined;
      names.push(at);
      if (this.text(at + 1) === '=' && this.kind(at + 2) === 'string') at += 2;
      if (this.text(at + 1) !== ',' && at + 1 !== this.other(list)) return undefined;
    }
    return names;
  }

  /** The last token of the body of an arrow function. */
  #endOfBody(from: number): number {
    if (this.text(from) === '{') return this.other(from);
    let at = from;
    for (; at < this.tokens.length && ![',', ';'].includes(this.text(at)); at += 1) {
      if (this.other(at) > at) at = this.other(at);
      else if (this.other(at) >= 0) break;
    }
    return at - 1;
  }

  isProperty(at: number): boolean {
    return this.text(at - 1) === '.' || this.text(at - 1) === '?.';
  }

  /** What a string says, if that is what is written. */
  string(at: number): string | undefined {
    const text = this.text(at);
    return this.kind(at) === 'string' && text.length > 2 && !text.includes('\\')
      ? text.slice(1, -1)
      : undefined;
  }

  text(at: number): string {
    return this.tokens[at]?.text ?? '';
  }

  kind(at: number): ScriptToken['kind'] | undefined {
    return this.tokens[at]?.kind;
  }

  other(at: number): number {
    return this.tokens[at]?.other ?? -1;
  }
}
