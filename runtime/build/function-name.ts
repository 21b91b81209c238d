/** The names that authors give to functions. */
import type { ScriptText } from './script-text.ts';

export interface Called {
  /** Absent where a function has none, or one that is computed. */
  readonly name: string | undefined;
  /** Where the name stands in the script, or else the function. */
  readonly at: number;
}

/** `sign`: the token that is the arrow of an arrow function, or else the brace of its body. */
export function calledAs(text: ScriptText, sign: number): Called {
  let first = text.text(sign - 1) === ')' ? text.other(sign - 1) : sign - 1;
  if (text.text(sign) !== '=>') {
    if (text.text(first - 1) === '*') first -= 1;
    if (text.text(first - 1) !== 'function') return named(text, first - 1, first);
    first -= 1;
  }
  if (text.text(first - 1) === 'async') first -= 1;
  const isGiven = text.text(first - 1) === '=' || isKey(text, first - 2, first - 1);
  return isGiven ? named(text, first - 2, first) : { name: undefined, at: offset(text, first) };
}

/** `{ www: …`, `, www: …` */
function isKey(text: ScriptText, key: number, colon: number): boolean {
  return text.text(colon) === ':' && ['{', ','].includes(text.text(key - 1));
}

function named(text: ScriptText, at: number, otherwise: number): Called {
  const [kind, word] = [text.kind(at), text.text(at)];
  if (kind === 'string') return { name: word.slice(1, -1), at: offset(text, at) };
  if (kind === 'name' || kind === 'keyword' || kind === 'number') return { name: word, at: offset(text, at) };
  return { name: undefined, at: offset(text, otherwise) };
}

function offset({ tokens }: ScriptText, at: number): number {
  return tokens[at]?.from ?? 0;
}
