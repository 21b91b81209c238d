/** Parses the part of Lua that LUA records steer with: tables, calls, conditions, `if`, `return`, and names for values. */
import type { SourcePlace } from '../report.ts';
import { type LuaToken, luaFault, luaTokens } from './lua-lexer.ts';
import {
  LuaBeyond,
  type LuaBlock,
  type LuaExpression,
  type LuaField,
  type LuaStatement,
} from './lua-tree.ts';

/** Words that only a statement or an operator of Lua is. */
const KEYWORDS = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);
const BEYOND = new Set(['for', 'while', 'repeat', 'function', 'goto', 'break']);
const DEEPEST = 100;

/**
 * Parses a record's script: an expression, or statements where it begins with `;` (PowerDNS, "Lua records").
 * @throws {NotUnderstood} Where it is no Lua.
 * @throws {LuaBeyond} Where it is Lua of which nothing is known here.
 */
export function parseLuaRecord(script: string, place: SourcePlace): LuaBlock {
  const text = script.trim();
  return text.startsWith(';')
    ? new LuaParser(text.slice(1), place).program()
    : new LuaParser(text, place).expressionAlone();
}

/** Parses a script of statements, as records of the type LUA hold to be included. */
export function parseLuaScript(script: string, place: SourcePlace): LuaBlock {
  return new LuaParser(script.replace(/^\s*;/, ''), place).program();
}

class LuaParser {
  readonly #script: string;
  readonly #place: SourcePlace;
  readonly #tokens: readonly LuaToken[];
  #at = 0;
  #depth = 0;

  constructor(script: string, place: SourcePlace) {
    this.#script = script;
    this.#place = place;
    this.#tokens = luaTokens(script, place);
  }

  program(): LuaBlock {
    const block = this.#block();
    if (this.#peek().kind !== 'end') throw this.#fault('A statement is due here');
    return block;
  }

  expressionAlone(): LuaBlock {
    const value = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#fault('The expression has ended before');
    return [{ kind: 'return', value }];
  }

  #block(): LuaBlock {
    const statements: LuaStatement[] = [];
    for (;;) {
      while (this.#takes(';'));
      const { kind, text } = this.#peek();
      if (kind === 'end' || text === 'end' || text === 'else' || text === 'elseif') return statements;
      statements.push(...this.#deeper(() => this.#statement()));
    }
  }

  #statement(): LuaBlock {
    const { kind, text } = this.#peek();
    if (kind === 'name' && BEYOND.has(text)) throw new LuaBeyond(`the script has \`${text}\``);
    if (this.#takes('return')) return [this.#return()];
    if (this.#takes('if')) return [this.#if()];
    if (this.#takes('do')) {
      const block = this.#block();
      this.#expect('end');
      return block;
    }
    const isLocal = this.#takes('local');
    if (this.#peek().text === 'function') throw new LuaBeyond('the script defines a function');
    const target = this.#suffixed();
    if (target.kind === 'call' && !isLocal) return [{ kind: 'run', call: target }];
    if (this.#peek().text === ',') throw new LuaBeyond('the script assigns several values at once');
    if (isLocal && target.kind === 'name' && this.#peek().text !== '=') {
      return [{ kind: 'assign', name: target.name, value: { kind: 'constant', value: undefined } }];
    }
    this.#expect('=');
    if (target.kind !== 'name') throw new LuaBeyond('the script assigns to a field');
    return [{ kind: 'assign', name: target.name, value: this.#expression() }];
  }

  #return(): LuaStatement {
    const { kind, text } = this.#peek();
    const isBare = kind === 'end' || text === 'end' || text === ';' || text === 'else' || text === 'elseif';
    const value: LuaExpression = isBare ? { kind: 'constant', value: undefined } : this.#expression();
    if (this.#peek().text === ',') throw new LuaBeyond('the script returns several values at once');
    return { kind: 'return', value };
  }

  #if(): LuaStatement {
    const when = this.#expression();
    this.#expect('then');
    const yes = this.#block();
    if (this.#takes('elseif')) return { kind: 'if', when, yes, no: [this.#deeper(() => this.#if())] };
    const no = this.#takes('else') ? this.#block() : [];
    this.#expect('end');
    return { kind: 'if', when, yes, no };
  }

  /** `or` binds least, then `and`, then comparisons (manual, §2.5.6). */
  #expression(): LuaExpression {
    return this.#deeper(() => this.#chain('or', () => this.#chain('and', () => this.#comparison())));
  }

  #chain(sign: 'and' | 'or', inner: () => LuaExpression): LuaExpression {
    let left = inner();
    while (this.#takes(sign)) left = { kind: 'binary', sign, left, right: inner() };
    return left;
  }

  #comparison(): LuaExpression {
    const left = this.#unary();
    const { kind, text } = this.#peek();
    if (kind !== 'sign') return left;
    if (text === '==' || text === '~=') {
      this.#at++;
      return { kind: 'binary', sign: text, left, right: this.#unary() };
    }
    if (['<', '>', '<=', '>=', '..', '+', '-', '*', '/', '%', '^'].includes(text)) {
      throw new LuaBeyond(`the script computes with \`${text}\``);
    }
    return left;
  }

  #unary(): LuaExpression {
    if (this.#takes('not')) return this.#deeper(() => ({ kind: 'not', of: this.#unary() }));
    if (this.#takes('#')) throw new LuaBeyond('the script computes with `#`');
    if (this.#peek().text === '-' && this.#tokens[this.#at + 1]?.kind === 'number') {
      this.#at++;
      return { kind: 'constant', value: -Number(this.#next().text) };
    }
    return this.#suffixed();
  }

  /** A value, and what is called or looked up in it. */
  #suffixed(): LuaExpression {
    let of = this.#primary();
    for (;;) {
      const { kind, text } = this.#peek();
      if (kind === 'string' || (kind === 'sign' && text === '{')) {
        of = { kind: 'call', of, args: [this.#primary()] };
      } else if (kind !== 'sign') {
        return of;
      } else if (this.#takes('(')) {
        of = { kind: 'call', of, args: this.#list(')') };
      } else if (this.#takes('[')) {
        of = { kind: 'index', of, key: this.#expression() };
        this.#expect(']');
      } else if (this.#takes('.')) {
        of = { kind: 'index', of, key: { kind: 'constant', value: this.#name() } };
      } else if (text === ':') {
        throw new LuaBeyond('the script calls a method');
      } else {
        return of;
      }
    }
  }

  #primary(): LuaExpression {
    const { kind, text } = this.#peek();
    if (kind === 'string' || kind === 'number') {
      this.#at++;
      return { kind: 'constant', value: kind === 'string' ? text : Number(text) };
    }
    if (this.#takes('{')) return { kind: 'table', fields: this.#fields() };
    if (this.#takes('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#takes('nil')) return { kind: 'constant', value: undefined };
    if (this.#takes('true')) return { kind: 'constant', value: true };
    if (this.#takes('false')) return { kind: 'constant', value: false };
    if (text === 'function') throw new LuaBeyond('the script has a function of its own');
    return { kind: 'name', name: this.#name() };
  }

  #list(end: string): LuaExpression[] {
    const list: LuaExpression[] = [];
    if (this.#takes(end)) return list;
    do list.push(this.#expression());
    while (this.#takes(','));
    this.#expect(end);
    return list;
  }

  #fields(): LuaField[] {
    const fields: LuaField[] = [];
    while (!this.#takes('}')) {
      fields.push(this.#field());
      if (!this.#takes(',') && !this.#takes(';') && this.#peek().text !== '}') {
        throw this.#fault('The table that is open here does not end');
      }
    }
    return fields;
  }

  #field(): LuaField {
    if (this.#takes('[')) {
      const key = this.#expression();
      this.#expect(']');
      this.#expect('=');
      return { key, value: this.#expression() };
    }
    const isNamed = this.#peek().kind === 'name' && this.#tokens[this.#at + 1]?.text === '=';
    if (!isNamed) return { value: this.#expression() };
    const key: LuaExpression = { kind: 'constant', value: this.#name() };
    this.#expect('=');
    return { key, value: this.#expression() };
  }

  #name(): string {
    const { kind, text } = this.#peek();
    if (kind !== 'name' || KEYWORDS.has(text)) throw this.#fault('A value is due here');
    this.#at++;
    return text;
  }

  #peek(): LuaToken {
    return this.#tokens[this.#at] ?? { kind: 'end', text: 'the end', column: this.#script.length + 1 };
  }

  #next(): LuaToken {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  /** Whether the next word is this one, which no string is; then it is passed over. */
  #takes(text: string): boolean {
    const token = this.#peek();
    if (token.kind === 'string' || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw this.#fault(`\`${text}\` is due`);
  }

  #fault(message: string) {
    return luaFault(this.#place, this.#script, this.#peek().column, message);
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) throw this.#fault('Values lie too deep in each other');
    const value = read();
    this.#depth--;
    return value;
  }
}
