/** Texts that a script knows before it runs: those of a set, a list or a table of which nothing is done but to look. */
import { ASSIGNS, BEFORE_EXPRESSION, BEHIND_EXPRESSION, type ScriptText } from './script-text.ts';

/** Sets made of sets, one within the other. */
const MOST_SPREADS = 4;

export class KnownTexts {
  readonly #script: ScriptText;
  /** What was found out of a name, lest it is found out for each place that looks. */
  readonly #known = new Map<string, readonly string[] | undefined>();

  #depth = 0;

  constructor(script: ScriptText) {
    this.#script = script;
  }

  /** Of a set or a list that ends at a token: a name that nothing changes, or what it is made of. */
  textsOf(end: number, isSet: boolean): readonly string[] | undefined {
    if (this.#script.kind(end) !== 'name') return this.#madeOf(end, isSet)?.texts;
    const key = `${isSet ? 'set' : 'list'} ${this.#script.text(end)}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#textsOfName(end, isSet));
    return this.#script.isProperty(end) ? undefined : this.#known.get(key);
  }

  #textsOfName(end: number, isSet: boolean): readonly string[] | undefined {
    const places = this.#script.places(this.#script.text(end));
    const declared = this.#script.declared(end);
    if (declared === undefined) return undefined;
    const wanted = isSet ? 'has' : 'includes';
    const isRead = (at: number): boolean =>
      this.#script.text(at - 1) === '...' ||
      (['.', '?.'].includes(this.#script.text(at + 1)) &&
        this.#script.text(at + 2) === wanted &&
        this.#script.text(at + 3) === '(');
    if (!places.every((at) => at === declared || isRead(at))) return undefined;
    const last = this.#script.endOf(declared + 2);
    const made = last === undefined ? undefined : this.#madeOf(last, isSet);
    return made?.from === declared + 2 ? made.texts : undefined;
  }

  /** `new Set(['XX', 'YY'])`, or a list, that ends at a token. */
  #madeOf(end: number, isSet: boolean): { readonly from: number; readonly texts: string[] } | undefined {
    const close = isSet ? end - 1 : end;
    const from = this.#script.other(close);
    if (this.#script.text(close) !== ']' || from < 0) return undefined;
    if (
      isSet &&
      !(this.#script.text(end) === ')' && this.#script.other(end) === from - 1 && this.#isNewSet(from - 3))
    )
      return undefined;
    const texts = this.#elements(from, close);
    if (texts === undefined) return undefined;
    if (!isSet && !BEFORE_EXPRESSION.has(this.#script.text(from - 1))) return undefined;
    return { from: isSet ? from - 3 : from, texts };
  }

  /** `['XX', ...OTHERS]`, where the others are known as well. */
  #elements(open: number, close: number): string[] | undefined {
    const texts: string[] = [];
    for (let at = open + 1; at < close; at += 2) {
      const isSpread = this.#script.text(at) === '...' && this.#script.kind(at + 1) === 'name';
      if (isSpread) at += 1;
      const text = this.#script.string(at);
      const added = isSpread ? this.#spread(at) : text === undefined ? undefined : [text];
      if (added === undefined || (this.#script.text(at + 1) !== ',' && at + 1 !== close)) return undefined;
      texts.push(...added);
    }
    return texts;
  }

  #spread(name: number): readonly string[] | undefined {
    if (this.#depth === MOST_SPREADS) return undefined;
    this.#depth += 1;
    const texts = this.textsOf(name, true) ?? this.textsOf(name, false);
    this.#depth -= 1;
    return texts;
  }

  #isNewSet(at: number): boolean {
    return (
      this.#script.text(at) === 'new' &&
      this.#script.text(at + 1) === 'Set' &&
      this.#script.places('Set').every((place) => this.#script.text(place - 1) === 'new')
    );
  }

  /** Of an object that a name stands for, of which nothing is done but to look it up. */
  keysOf(name: number): readonly string[] | undefined {
    if (this.#script.kind(name) !== 'name') return undefined;
    const key = `table ${this.#script.text(name)}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#keysOfName(name));
    return this.#known.get(key);
  }

  #keysOfName(name: number): readonly string[] | undefined {
    const declared = this.#script.declared(name);
    if (declared === undefined) return undefined;
    const isRead = (at: number): boolean =>
      (this.#script.text(at - 1) === 'in' && BEHIND_EXPRESSION.has(this.#script.text(at + 1))) ||
      (this.#script.text(at + 1) === '[' &&
        !ASSIGNS.test(this.#script.text(this.#script.other(at + 1) + 1)) &&
        !['++', '--', 'delete'].includes(this.#script.text(at - 1)));
    if (!this.#script.places(this.#script.text(name)).every((at) => at === declared || isRead(at)))
      return undefined;
    const brace = declared + 2;
    if (this.#script.text(brace) !== '{' || this.#script.endOf(brace) !== this.#script.other(brace))
      return undefined;
    const keys: string[] = [];
    for (let at = brace + 1; at < this.#script.other(brace); at += 1) {
      const key =
        this.#script.kind(at) === 'name' || this.#script.kind(at) === 'keyword'
          ? this.#script.text(at)
          : this.#script.string(at);
      if (key === undefined || key === '__proto__' || this.#script.text(at + 1) !== ':') return undefined;
      keys.push(key);
      for (at += 2; at < this.#script.other(brace) && this.#script.text(at) !== ','; at += 1)
        if (this.#script.other(at) > at) at = this.#script.other(at);
    }
    return keys;
  }
}
