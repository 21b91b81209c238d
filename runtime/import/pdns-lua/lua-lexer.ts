/** The words of Lua (manual of Lua 5.1, §2.1). */
import { NotUnderstood } from '../imported.ts';
import type { SourcePlace } from '../report.ts';

export interface LuaToken {
  readonly kind: 'name' | 'number' | 'string' | 'sign' | 'end';
  /** What a string says, its quotes and escapes resolved; else as it stands. */
  readonly text: string;
  /** 1-based, in the script. */
  readonly column: number;
}

/** Signs, the longer first. */
const SIGNS = ['...', '..', '==', '~=', '<=', '>=', '::', '//', ...'+-*/%^#<>=(){}[];:,.'.split('')];
const BLANKS = /(?:\s+|--(?!\[\[)[^\n]*|--\[\[[\s\S]*?\]\])+/y;
const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?/y;
const LONG_STRING = /\[\[\n?([\s\S]*?)\]\]/y;
const STRING = /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y;

/** Splits a script. @throws {NotUnderstood} At a character that begins no word. */
export function luaTokens(script: string, place: SourcePlace): readonly LuaToken[] {
  const tokens: LuaToken[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(script);
  };
  const push = (kind: LuaToken['kind'], text: string, length: number) => {
    tokens.push({ kind, text, column: at + 1 });
    at += length;
  };
  while (at < script.length) {
    const blanks = take(BLANKS);
    const name = take(NAME);
    const number = take(NUMBER);
    const string = take(STRING);
    const long = take(LONG_STRING);
    const sign = SIGNS.find((each) => script.startsWith(each, at));
    if (blanks !== null) at += blanks[0].length;
    else if (name !== null) push('name', name[0], name[0].length);
    else if (number !== null) push('number', number[0], number[0].length);
    else if (string !== null) push('string', unescaped(string[1] ?? string[2] ?? ''), string[0].length);
    else if (long !== null) push('string', long[1] ?? '', long[0].length);
    else if (sign !== undefined) push('sign', sign, sign.length);
    else throw luaFault(place, script, at + 1, `"${script.charAt(at)}" begins no word of Lua`);
  }
  tokens.push({ kind: 'end', text: 'the end', column: script.length + 1 });
  return tokens;
}

/** A fault in a script, which stands somewhere in one record: so part of the script is told as well. */
export function luaFault(place: SourcePlace, script: string, column: number, message: string): NotUnderstood {
  const near = script.slice(Math.max(0, column - 1), column + 23).trim();
  const where = near === '' ? 'at the end of the script' : `at \`${near}\``;
  return new NotUnderstood(
    place,
    `${message}, ${where}`,
    'Mend the script, or take the record out of the zone file',
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unescaped(text: string): string {
  return text.replace(/\\(\d{1,3}|[\s\S])/g, (_, what: string) =>
    /^\d/.test(what) ? String.fromCharCode(Number(what)) : (ESCAPES[what] ?? what),
  );
}
