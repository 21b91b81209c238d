/**
 * The tokens of a script as esbuild writes it. Whether a slash divides or begins a regular expression cannot always be
 * told without a grammar: such a script has no tokens here, nor has one with anything that is not known.
 */

export interface ScriptToken {
  readonly kind: 'name' | 'keyword' | 'number' | 'string' | 'template' | 'regexp' | 'punctuator';
  /** As it is written. */
  readonly text: string;
  /** Where it stands in the script. */
  readonly from: number;
  readonly to: number;
  /** Of a bracket: where the other one is among the tokens. */
  other: number;
}

/** The tokens in order; `undefined` where they cannot be told for sure. */
export function scriptTokens(script: string): readonly ScriptToken[] | undefined {
  const tokens: ScriptToken[] = [];
  const open: number[] = [];
  for (let at = 0; at < script.length; ) {
    const space = match(SPACE, script, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const inTemplate = script[at] === '}' && tokens[open.at(-1) ?? -1]?.text === '${';
    const read = inTemplate ? undefined : tokenAt(script, at, tokens);
    const [kind, text] =
      inTemplate || script[at] === '`' ? ['punctuator' as const, script[at] ?? ''] : (read ?? []);
    if (kind === undefined || text === undefined) return undefined;
    const token = { kind, text, from: at, to: at + text.length, other: -1 };
    tokens.push(token);
    at = token.to;
    if (CLOSES[text] !== undefined && kind === 'punctuator') {
      const opened = open.pop();
      if (opened === undefined || !CLOSES[text]?.includes(tokens[opened]?.text ?? '')) return undefined;
      token.other = opened;
      (tokens[opened] as ScriptToken).other = tokens.length - 1;
    }
    if (kind === 'punctuator' && OPENS.has(text)) open.push(tokens.length - 1);
    if (inTemplate || text === '`') {
      const rest = match(TEMPLATE, script, at);
      if (rest === undefined) return undefined;
      at += rest.length;
      tokens.push({ kind: 'template', text: rest, from: at - rest.length, to: at, other: -1 });
      if (rest.endsWith('${')) {
        tokens.push({ kind: 'punctuator', text: '${', from: at - 2, to: at, other: -1 });
        open.push(tokens.length - 1);
      }
    }
  }
  return open.length === 0 ? tokens : undefined;
}

const OPENS: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSES: Readonly<Record<string, readonly string[]>> = { ')': ['('], ']': ['['], '}': ['{', '${'] };

const SPACE = /(?:[ \t\r\n\u2028\u2029\uFEFF]|\/\/[^\r\n\u2028\u2029]*|\/\*[\s\S]*?\*\/)+/y;
const NAME = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)n?/y;
const STRING = /"(?:[^"\\\r\n]|\\[\s\S])*"|'(?:[^'\\\r\n]|\\[\s\S])*'/y;
/** To its end, or to what stands in it. */
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
/** Without the flag `v`, by which brackets stand in brackets. */
const REGEXP =
  /\/(?![*/])(?:[^/\\[\r\n]|\\[^\r\n]|\[(?:[^\]\\\r\n]|\\[^\r\n])*\])+\/[dgimsuy]*(?![\p{ID_Continue}$])/uy;
const PUNCTUATOR =
  />>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()[\];,<>+\-*%&|^!~?:=.@/]/y;

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'break case catch class const continue debugger default delete do else export extends finally for function if ' +
    'import in instanceof let new return super switch this throw try typeof var void while with yield await'
  ).split(' '),
);
/** An operand follows these. */
const BEFORE_OPERAND: ReadonlySet<string> = new Set(
  'return typeof instanceof in new delete void throw case do else'.split(' '),
);
/** What stands in parentheses behind these is no operand. */
export const STATEMENT_HEADS: ReadonlySet<string> = new Set(['if', 'while', 'for', 'with']);

function tokenAt(
  script: string,
  at: number,
  before: readonly ScriptToken[],
): [ScriptToken['kind'], string] | undefined {
  const name = match(NAME, script, at);
  if (name !== undefined) return [KEYWORDS.has(name) && !isProperty(before) ? 'keyword' : 'name', name];
  const number = match(NUMBER, script, at);
  if (number !== undefined) return ['number', number];
  const text = match(STRING, script, at);
  if (text !== undefined) return ['string', text];
  if (script[at] !== '/') {
    const punctuator = match(PUNCTUATOR, script, at);
    return punctuator === undefined ? undefined : ['punctuator', punctuator];
  }
  const divides = isDivision(before);
  if (divides === undefined) return undefined;
  if (divides) return ['punctuator', match(PUNCTUATOR, script, at) ?? '/'];
  const regexp = match(REGEXP, script, at);
  return regexp === undefined ? undefined : ['regexp', regexp];
}

/** Whether what comes is the name of a property, which may be any word. */
function isProperty(before: readonly ScriptToken[]): boolean {
  const last = before.at(-1)?.text;
  return last === '.' || last === '?.';
}

function isDivision(before: readonly ScriptToken[]): boolean | undefined {
  const last = before.at(-1);
  if (last === undefined) return false;
  if (last.kind === 'keyword')
    return last.text === 'this' ? true : BEFORE_OPERAND.has(last.text) ? false : undefined;
  if (last.kind !== 'punctuator') return true;
  switch (last.text) {
    case ')':
      return !STATEMENT_HEADS.has(before[last.other - 1]?.text ?? '');
    case ']':
      return true;
    case '}':
    case '++':
    case '--':
      return undefined;
    default:
      return false;
  }
}

function match(pattern: RegExp, script: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(script)?.[0];
  return found === '' ? undefined : found;
}
