/**
 * What a script does with a value: whether it only compares it with texts that are known, and with which. All that is
 * not certain is another use. Names are told apart by their letters only, so that a name that stands for two things is
 * used for whatever either is used for; a name is followed from a declaration as far as it has no other.
 */
import { KnownTexts } from './known-texts.ts';
import {
  ASSIGNS,
  BEFORE_EXPRESSION as BEFORE,
  BEHIND_EXPRESSION as BEHIND,
  DECLARES,
  EQUAL,
  type ScriptText,
  type Span,
} from './script-text.ts';

/** Groups of texts: it is told whether a value is in one of them, and in which. None: whether there is a value. */
export type Compared = readonly (readonly string[])[];

/** Names that stand for the same value one after the other: `const a = …; const b = a;`. */
const MOST_NAMES = 4;
export class Comparisons {
  readonly #script: ScriptText;
  readonly #known: KnownTexts;
  /** Whether texts that all objects have as properties are no values: then tables can be looked into. */
  #hasPlainValues = false;

  constructor(script: ScriptText) {
    this.#script = script;
    this.#known = new KnownTexts(script);
  }

  /** With what a value is compared; `undefined` if something else is done with it. `hasPlainValues`: it is never `constructor` and the like. */
  of(value: Span, hasPlainValues: boolean): Compared | undefined {
    this.#hasPlainValues = hasPlainValues;
    return this.#used(value, MOST_NAMES);
  }

  /** As {@link of}, of the value that a name at a token is given by the declaration that begins at another. */
  ofName(at: number, declares: number, hasPlainValues: boolean): Compared | undefined {
    this.#hasPlainValues = hasPlainValues;
    return this.#usedByName(at, MOST_NAMES, this.#script.scopeOf(declares));
  }

  #used(value: Span, names: number): Compared | undefined {
    const inner = this.#withDefault(value);
    const [before, behind] = [this.#script.text(inner.from - 1), this.#script.text(inner.to + 1)];
    if (before === '(' && behind === ')') {
      if (this.#script.text(inner.from - 2) === 'switch') return this.#cases(inner.to + 2);
      if (this.#isCall(inner.from - 1)) return this.#lookedFor(inner.from - 2) ?? this.#given(inner, names);
      if (this.#isHead(inner.from - 2)) return [];
      return this.#used({ from: inner.from - 1, to: inner.to + 1 }, names);
    }
    if (before === '[' && behind === ']') return this.#index(inner);
    if (before === '=' && (behind === ';' || behind === ',')) {
      const isDeclared =
        DECLARES.has(this.#script.text(inner.from - 3)) && this.#script.kind(inner.from - 2) === 'name';
      if (isDeclared)
        return this.#usedByName(inner.from - 2, names - 1, this.#script.scopeOf(inner.from - 3));
    }
    // A default binds less than all that follows.
    const compared = inner.to === value.to ? this.#operand(inner) : undefined;
    const isOneOfMany = (before === '(' || before === ',') && (behind === ')' || behind === ',');
    return compared ?? (isOneOfMany ? this.#given(inner, names) : undefined);
  }

  #operand({ from, to }: Span): Compared | undefined {
    const isFirst = BEFORE.has(this.#script.text(from - 1));
    const behind = this.#script.text(to + 1);
    if (isFirst && EQUAL.has(behind))
      return this.#literal(to + 2, (end) => BEHIND.has(this.#script.text(end + 1)));
    if (isFirst && (behind === '?' || behind === '&&')) return [];
    if (isFirst && behind === 'in') return this.#keys(to + 2, BEHIND.has(this.#script.text(to + 3)));
    if (this.#script.text(from - 1) === '!' && BEFORE.has(this.#script.text(from - 2)) && BEHIND.has(behind))
      return [];
    if (EQUAL.has(this.#script.text(from - 1)) && BEHIND.has(behind))
      return this.#literal(from - 2, () => BEFORE.has(this.#script.text(from - 3)));
    return undefined;
  }

  /** `… ?? 'XX'` in brackets, as an argument or as what a name stands for. */
  #withDefault({ from, to }: Span): Span {
    const operator = this.#script.text(to + 1);
    const isDefault = (operator === '??' || operator === '||') && this.#script.kind(to + 2) === 'string';
    const isWhole =
      ['(', '[', '='].includes(this.#script.text(from - 1)) &&
      [')', ']', ';', ','].includes(this.#script.text(to + 3));
    return isDefault && isWhole ? { from, to: to + 2 } : { from, to };
  }

  /** A text, or what stands for none. */
  #literal(at: number, isAlone: (at: number) => boolean): Compared | undefined {
    if (this.#script.text(at) === '0' && this.#script.text(at - 1) === 'void')
      return BEFORE.has(this.#script.text(at - 2)) ? [] : undefined;
    if (this.#script.text(at) === 'void' && this.#script.text(at + 1) === '0')
      return isAlone(at + 1) ? [] : undefined;
    if (!isAlone(at)) return undefined;
    if (this.#script.kind(at) === 'name' && ['undefined', 'null'].includes(this.#script.text(at))) return [];
    const text = this.#script.string(at);
    return text === undefined ? undefined : [[text]];
  }

  /** `switch (value) { case 'XX': … }` from its brace. */
  #cases(brace: number): Compared | undefined {
    const groups: string[][] = [];
    for (let at = brace + 1; at < this.#script.other(brace); at += 1) {
      if (this.#script.other(at) > at) at = this.#script.other(at);
      if (this.#script.text(at) !== 'case' || this.#script.kind(at) !== 'keyword') continue;
      const isNone =
        this.#script.text(at + 1) === 'void' &&
        this.#script.text(at + 2) === '0' &&
        this.#script.text(at + 3) === ':';
      const text = this.#script.text(at + 2) === ':' ? this.#script.string(at + 1) : undefined;
      if (text !== undefined) groups.push([text]);
      else if (!isNone) return undefined;
    }
    return groups;
  }

  /** `NAMES.has(value)`, from the name of the method. */
  #lookedFor(method: number): Compared | undefined {
    const name = this.#script.text(method);
    if (!['has', 'includes'].includes(name) || !this.#script.isProperty(method)) return undefined;
    const texts = this.#known.textsOf(method - 2, name === 'has');
    return texts && [texts];
  }

  /** `TABLE[value]`. */
  #index({ from, to }: Span): Compared | undefined {
    if (ASSIGNS.test(this.#script.text(to + 2)) || this.#script.isProperty(from - 2)) return undefined;
    const keys = this.#keysOf(from - 2);
    return keys?.map((key) => [key]);
  }

  /** `value in TABLE`. */
  #keys(table: number, isAlone: boolean): Compared | undefined {
    const keys = isAlone ? this.#keysOf(table) : undefined;
    return keys && [keys];
  }

  #keysOf(table: number): readonly string[] | undefined {
    return this.#hasPlainValues ? this.#known.keysOf(table) : undefined;
  }

  /** As an argument of a function that is known: by what it does with it. */
  #given({ from }: Span, names: number): Compared | undefined {
    const parameter = this.#script.parameterFor(from);
    return parameter && this.#usedByName(parameter.name, names - 1, parameter.scope);
  }

  /** With what a name is compared, but for where it is declared; `scope` is where it can stand for that. */
  #usedByName(declared: number, names: number, scope: Span | undefined): Compared | undefined {
    if (names === 0) return undefined;
    const groups: (readonly string[])[] = [];
    for (const at of this.#script.places(this.#script.text(declared))) {
      if (at === declared || (scope && (at < scope.from || at > scope.to))) continue;
      const used = this.#used({ from: at, to: at }, names);
      if (used === undefined) return undefined;
      groups.push(...used);
    }
    return groups;
  }

  /** Whether a bracket calls what stands before it. */
  #isCall(bracket: number): boolean {
    const before = this.#script.tokens[bracket - 1];
    if (before === undefined) return false;
    if (before.kind === 'keyword') return ['this', 'super', 'import'].includes(before.text);
    return before.kind !== 'punctuator' || [')', ']', '}', '?.'].includes(before.text);
  }

  /** Whether brackets behind a token hold what is true or not. */
  #isHead(at: number): boolean {
    return this.#script.kind(at) === 'keyword' && ['if', 'while'].includes(this.#script.text(at));
  }
}
