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
export const DECLARES: ReadonlySet<string> = new Set(['const', 'let', 'var']);
export const ASSIGNS = /^(?:[-+*/%&|^]|<<|>>>?|\*\*|&&|\|\||\?\?)?=$|^(?:\+\+|--)$/;

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
