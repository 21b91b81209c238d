/**
 * The pieces of a script that run as a whole or not at all: statements, functions, and both arms of a choice (`a ? b : c`).
 * The script is as esbuild writes it, with a semicolon behind each statement that has one by the grammar (ECMA-262 §14).
 */
import { type Called, calledAs } from './function-name.ts';
import { ScriptText } from './script-text.ts';
import { scriptTokens } from './script-tokens.ts';

/** Offsets are of the script. */
export interface ScriptPiece {
  /**
   * How it can be counted. `statement`: by a statement at `from`. `block`: by one in front of it, and braces around both.
   * `expression`: by an expression in front of it, and parentheses around both.
   */
  readonly form: 'statement' | 'block' | 'expression';
  readonly from: number;
  /** Behind it; of a `statement`, its beginning. */
  readonly to: number;
  /** Where the code begins that it is. Absent for the body of a function, which consists of pieces. */
  readonly at?: number;
  /** Set if it runs when a function is called. */
  readonly called?: Called;
}

/** The pieces of a script, outer ones first; `undefined` where they cannot be told for sure, or not with reasonable effort. */
export function scriptPieces(script: string): readonly ScriptPiece[] | undefined {
  const tokens = scriptTokens(script);
  if (tokens === undefined) return undefined;
  const walk = new Walk(new ScriptText(tokens));
  walk.list(0, tokens.length);
  return walk.isGivenUp ? undefined : walk.pieces;
}

/** Statements in statements: each takes room on the stack. */
const MOST_DEPTH = 500;
/** Tokens that are looked at to find ends: where choices end in choices, that is more than the script has. */
const MOST_LOOKS = 5_000_000;

/** Goes through statements, and through expressions for the functions and choices in them. Tokens are named by their place among all. */
class Walk {
  readonly pieces: ScriptPiece[] = [];
  readonly #text: ScriptText;
  /** Braces of classes, which hold no statements. */
  readonly #classes = new Set<number>();
  #depth = 0;
  #looks = 0;

  constructor(text: ScriptText) {
    this.#text = text;
  }

  get isGivenUp(): boolean {
    return this.#depth > MOST_DEPTH || this.#looks > MOST_LOOKS;
  }

  /** Statements, the last of which ends before a token. */
  list(from: number, to: number): void {
    this.#depth += 1;
    let at = this.#behindDirectives(from, to);
    while (at < to && !this.isGivenUp) at = this.#further(at, this.#statement(at, to));
    if (!this.isGivenUp) this.#depth -= 1;
  }

  /** Returns the token behind the statement. One that is not counted is counted by what is around it. */
  #statement(at: number, to: number, isCounted = true): number {
    const text = this.#text;
    const word = text.text(at);
    if (word === ';') return at + 1;
    if (word === '{') {
      this.list(at + 1, text.other(at));
      return text.other(at) + 1;
    }
    if (this.#isExport(at)) return this.#end(at, to, [';']) + 1;
    if (this.#declaresFunction(at)) return this.#block(at, this.#opens(at, '('));
    if (isCounted && !this.#isWrapper(at))
      this.#add({ form: 'statement', from: this.#from(at), to: this.#from(at) }, at);
    // A label must stand right before its loop.
    if (text.kind(at) === 'name' && text.text(at + 1) === ':') return this.#statement(at + 2, to, false);
    switch (word) {
      case 'if':
        return this.#if(at, to);
      case 'for':
      case 'while':
      case 'with':
        return this.#branch(this.#head(at), to);
      case 'do': {
        const behind = this.#head(this.#branch(at + 1, to));
        return text.text(behind) === ';' ? behind + 1 : behind;
      }
      case 'try':
        return this.#try(at);
      case 'switch': {
        const brace = this.#head(at);
        this.#cases(brace);
        return text.other(brace) + 1;
      }
      case 'class': {
        const end = text.other(this.#classBody(at)) + 1;
        this.#expressions(at, end);
        return end;
      }
      default: {
        const end = this.#end(at, to, [';']);
        this.#expressions(at, end);
        return Math.min(end + 1, to);
      }
    }
  }

  #if(at: number, to: number): number {
    const behind = this.#branch(this.#head(at), to);
    return this.#text.text(behind) === 'else' ? this.#branch(behind + 1, to) : behind;
  }

  /** `try { … } catch (error) { … } finally { … }` */
  #try(at: number): number {
    let behind = this.#statement(at + 1, at + 2);
    if (this.#text.text(behind) === 'catch') {
      const hasName = this.#text.text(behind + 1) === '(';
      behind = hasName ? this.#block(behind, behind + 1) : this.#statement(behind + 1, behind + 2);
    }
    return this.#text.text(behind) === 'finally' ? this.#statement(behind + 1, behind + 2) : behind;
  }

  #cases(brace: number): void {
    const end = this.#text.other(brace);
    for (let at = brace + 1; at < end; ) {
      const word = this.#text.text(at);
      if (word !== 'case' && word !== 'default') {
        at = this.#further(at, this.#statement(at, end));
        continue;
      }
      const colon = this.#end(at + 1, end, [':']);
      this.#expressions(at + 1, colon);
      at = colon + 1;
    }
  }

  /** What no script has is not gone through for ever. */
  #further(at: number, next: number): number {
    if (next <= at) this.#looks = Number.POSITIVE_INFINITY;
    return Math.max(at + 1, next);
  }

  /** A statement that runs or not, whether or not the one before it does. */
  #branch(at: number, to: number): number {
    const word = this.#text.text(at);
    if (word === '{' || word === ';' || this.#declaresFunction(at)) return this.#statement(at, to);
    if (this.isGivenUp) return to;
    const index = this.pieces.length;
    this.#depth += 1;
    const behind = this.#statement(at, to, false);
    if (!this.isGivenUp) this.#depth -= 1;
    const piece = {
      form: 'block',
      from: this.#from(at),
      to: this.#to(behind - 1),
      at: this.#from(at),
    } as const;
    this.pieces.splice(index, 0, piece);
    return behind;
  }

  /** Returns the token behind the parentheses of a word. */
  #head(at: number): number {
    const open = this.#opens(at, '(');
    this.#expressions(open + 1, this.#text.other(open));
    return this.#text.other(open) + 1;
  }

  /** Parentheses, and the braces behind them; returns the token behind these. */
  #block(at: number, open: number): number {
    const brace = this.#text.other(open) + 1;
    this.#expressions(at, brace);
    if (this.#text.text(at) === 'catch') this.list(brace + 1, this.#text.other(brace));
    else this.#body(brace, brace);
    return this.#text.other(brace) + 1;
  }

  /** Looks for functions and choices. */
  #expressions(from: number, to: number): void {
    const text = this.#text;
    for (let at = from; at < to; at += 1) {
      const word = text.text(at);
      if (word === 'class' && text.kind(at) === 'keyword') this.#noteClass(at);
      else if (word === '?') this.#choice(at, to);
      else if (word === '=>' && text.text(at + 1) !== '{') this.#arrow(at, to);
      else if (word === '{' && this.#isBody(at)) {
        if (text.text(at - 1) === 'static') this.list(at + 1, text.other(at));
        else this.#body(at, text.text(at - 1) === '=>' ? at - 1 : at);
        at = text.other(at);
      }
    }
  }

  #isBody(brace: number): boolean {
    return [')', '=>', 'static'].includes(this.#text.text(brace - 1)) && !this.#classes.has(brace);
  }

  /** `sign`: the arrow of an arrow function, else its brace. */
  #body(brace: number, sign: number): void {
    const first = this.#behindDirectives(brace + 1, this.#text.other(brace));
    const from = this.#to(first - 1);
    this.pieces.push({ form: 'statement', from, to: from, called: calledAs(this.#text, sign) });
    this.list(first, this.#text.other(brace));
  }

  #arrow(arrow: number, to: number): void {
    const last = this.#end(arrow + 1, to, ENDS) - 1;
    this.#around(arrow + 1, last, { called: calledAs(this.#text, arrow) });
  }

  #choice(question: number, to: number): void {
    const colon = this.#end(question + 1, to, [':']);
    this.#around(question + 1, colon - 1);
    this.#around(colon + 1, this.#end(colon + 1, to, ENDS) - 1);
  }

  #around(first: number, last: number, called: Pick<ScriptPiece, 'called'> = {}): void {
    this.#add({ form: 'expression', from: this.#from(first), to: this.#to(last), ...called }, first);
  }

  #add(piece: Omit<ScriptPiece, 'at'>, at: number): void {
    this.pieces.push({ ...piece, at: this.#from(at) });
  }

  /** The first token from here that is one of these, outside of brackets and of choices; else that which closes a bracket, or `to`. */
  #end(from: number, to: number, ends: readonly string[]): number {
    let choices = 0;
    for (let at = from; at < to && !this.isGivenUp; at += 1) {
      this.#looks += 1;
      const word = this.#text.text(at);
      if (this.#text.other(at) > at) at = this.#text.other(at);
      else if (this.#text.other(at) >= 0) return at;
      else if (word === '?') choices += 1;
      else if (word === ':' && choices > 0) choices -= 1;
      else if (ends.includes(word)) return at;
    }
    return to;
  }

  #noteClass(at: number): void {
    const next = this.#text.text(at + 1);
    // Elsewhere it is the name of a property.
    if (next === '{' || next === 'extends' || this.#text.kind(at + 1) === 'name') this.#classBody(at);
  }

  /** The brace of a class, noted as such. */
  #classBody(at: number): number {
    const text = this.#text;
    let brace = at + 1;
    while (brace < text.tokens.length && (text.text(brace) !== '{' || text.text(brace - 1) === 'extends'))
      brace = Math.max(brace, text.other(brace)) + 1;
    this.#classes.add(brace);
    return brace;
  }

  /** `var a_exports = {};` or `__export(a_exports, { b: () => b });`: what esbuild makes of the exports of a file. */
  #isExport(at: number): boolean {
    const isMade = this.#text.text(at) === 'var' && this.#text.text(at + 3) === '{';
    return this.#text.text(isMade ? at + 6 : at) === '__export';
  }

  /** `var require_a = __commonJS({ "a.js"(exports, module) { … } });`: what esbuild puts around a file that is no module. */
  #isWrapper(at: number): boolean {
    return this.#text.text(at) === 'var' && this.#text.text(at + 3) === '__commonJS';
  }

  #declaresFunction(at: number): boolean {
    const text = this.#text;
    return text.text(at) === 'function' || (text.text(at) === 'async' && text.text(at + 1) === 'function');
  }

  /** The token behind strings that say how code is meant: `'use strict';` */
  #behindDirectives(from: number, to: number): number {
    let at = from;
    while (at + 1 < to && this.#text.kind(at) === 'string' && this.#text.text(at + 1) === ';') at += 2;
    return at;
  }

  /** The next token from here that opens a bracket of this kind. */
  #opens(from: number, bracket: string): number {
    let at = from;
    while (at < this.#text.tokens.length && this.#text.text(at) !== bracket) at += 1;
    return at;
  }

  #from(at: number): number {
    return this.#text.tokens[at]?.from ?? 0;
  }

  #to(at: number): number {
    return this.#text.tokens[at]?.to ?? 0;
  }
}

/** An expression that a comma or less ends. */
const ENDS = [',', ';', ':'];
