/**
 * Where a script takes one way or another: conditions of `if` and of `? :`, what is joined by `||` in them, and the cases of
 * a `switch`. What is not certain without a grammar is left out.
 */
import type { ScriptText, Span } from './script-text.ts';
import { STATEMENT_HEADS } from './script-tokens.ts';

export interface BranchSite {
  /** `operand`: one of several that `||` joins. `switch`: what its cases are compared with. */
  readonly kind: 'condition' | 'operand' | 'switch' | 'case';
  /** Tokens of the condition, or of the text that a case names. */
  readonly span: Span;
  /** Whether something else is written for where it is false. */
  readonly hasOther: boolean;
  /** Whether it compares something, or looks for it: else it is a switch that the author sets. */
  readonly compares: boolean;
  /** The place in the list of what it is a part of: the condition of an operand, the switch of a case. */
  readonly of?: number;
}

/** In any order. */
export function branchSites(script: ScriptText): readonly BranchSite[] {
  const sites: BranchSite[] = [];
  for (const [at, { kind, text }] of script.tokens.entries()) {
    if (kind === 'keyword' && text === 'if' && script.text(at + 1) === '(') {
      addCondition(insideOf(at + 1, script), hasElse(at + 1, script), script, sites);
    } else if (kind === 'punctuator' && text === '?') {
      const from = startOfCondition(at, script);
      if (from !== undefined) addCondition({ from, to: at - 1 }, true, script, sites);
    } else if (kind === 'keyword' && text === 'switch' && script.text(at + 1) === '(') {
      addCases(at + 1, script, sites);
    }
  }
  return sites;
}

function insideOf(open: number, script: ScriptText): Span {
  return { from: open + 1, to: script.other(open) - 1 };
}

function addCondition(span: Span, hasOther: boolean, script: ScriptText, sites: BranchSite[]): void {
  if (span.to < span.from) return;
  const of = sites.length;
  sites.push({ kind: 'condition', span, hasOther, compares: compares(span, script) });
  const operands = operandsOf(span, script);
  if (operands.length < 2) return;
  for (const each of operands)
    sites.push({ kind: 'operand', span: each, hasOther: false, compares: compares(each, script), of });
}

/** What `||` joins, if nothing that binds less stands beside it. */
function operandsOf({ from, to }: Span, script: ScriptText): Span[] {
  const operands: Span[] = [];
  let start = from;
  for (let at = from; at <= to; at += 1) {
    if (script.other(at) > at) at = script.other(at);
    const text = script.kind(at) === 'punctuator' ? script.text(at) : '';
    if (BINDS_LESS.has(text)) return [];
    if (text !== '||') continue;
    operands.push({ from: start, to: at - 1 });
    start = at + 1;
  }
  return [...operands, { from: start, to }];
}

const BINDS_LESS: ReadonlySet<string> = new Set(['?', ':', '=>', '=', ',', '??', '`']);
const COMPARISONS: ReadonlySet<string> = new Set(['===', '!==', '==', '!=', '<', '>', '<=', '>=']);

function compares({ from, to }: Span, script: ScriptText): boolean {
  for (let at = from; at <= to; at += 1) {
    const text = script.text(at);
    if (script.kind(at) === 'punctuator' && COMPARISONS.has(text)) return true;
    if (script.kind(at) === 'keyword' && text === 'in') return true;
    const looks = script.isProperty(at) && (text === 'has' || text === 'includes');
    if (looks && script.text(at + 1) === '(' && script.kind(at + 2) !== 'string') return true;
  }
  return false;
}

/** Whether `else` follows what an `if` guards, from the bracket of its condition. */
function hasElse(open: number, script: ScriptText): boolean {
  const first = script.other(open) + 1;
  if (script.text(first) === '{') return script.text(script.other(first) + 1) === 'else';
  if (script.kind(first) === 'keyword' && script.text(first) !== 'return') return false;
  const last = script.endOf(first);
  return last !== undefined && script.text(last + 1) === ';' && script.text(last + 2) === 'else';
}

function addCases(open: number, script: ScriptText, sites: BranchSite[]): void {
  const brace = script.other(open) + 1;
  if (script.text(brace) !== '{') return;
  const of = sites.length;
  sites.push({ kind: 'switch', span: insideOf(open, script), hasOther: false, compares: true });
  for (let at = brace + 1; at < script.other(brace); at += 1) {
    if (script.other(at) > at) at = script.other(at);
    if (script.kind(at) !== 'keyword' || script.text(at) !== 'case') continue;
    const colon = colonOf(at, script);
    if (colon === undefined) return;
    sites.push({
      kind: 'case',
      span: { from: at + 1, to: colon - 1 },
      hasOther: false,
      compares: true,
      of,
    });
    at = colon;
  }
}

function colonOf(start: number, script: ScriptText): number | undefined {
  let questions = 0;
  for (let at = start + 1; at < script.tokens.length; at += 1) {
    if (script.other(at) > at) at = script.other(at);
    if (script.text(at) === '?') questions += 1;
    if (script.text(at) !== ':') continue;
    if (questions === 0) return at;
    questions -= 1;
  }
  return undefined;
}

const BINARY: ReadonlySet<string> = new Set(
  '&& || ?? === !== == != < > <= >= + - * / % ** & | ^ << >> >>>'.split(' '),
);
const UNARY_KEYWORDS: ReadonlySet<string> = new Set(['typeof', 'void', 'delete', 'await']);
/** What a condition begins behind. */
const BEFORE_CONDITION: ReadonlySet<string> = new Set(
  '( [ { } ) ${ , ; = => ? : ... return throw case else do yield += -= *= /= &&= ||= ??='.split(' '),
);

/** The first token of the condition that ends before a `?`. */
function startOfCondition(question: number, script: ScriptText): number | undefined {
  for (let last = question - 1; ; ) {
    let first = startOfOperand(last, script);
    if (first === undefined) return undefined;
    while (isUnary(first - 1, script)) first -= 1;
    const before = script.text(first - 1);
    const isKeyword = script.kind(first - 1) === 'keyword' && (before === 'in' || before === 'instanceof');
    const isBinary = script.kind(first - 1) === 'punctuator' && BINARY.has(before);
    if (!isKeyword && !isBinary) return isBoundary(first - 1, script) ? first : undefined;
    last = first - 2;
  }
}

function isBoundary(at: number, script: ScriptText): boolean {
  return script.kind(at) !== 'name' && script.kind(at) !== 'string' && BEFORE_CONDITION.has(script.text(at));
}

function isUnary(at: number, script: ScriptText): boolean {
  const text = script.text(at);
  if (script.kind(at) === 'keyword') return UNARY_KEYWORDS.has(text);
  if (script.kind(at) !== 'punctuator') return false;
  return text === '!' || text === '~' || ((text === '-' || text === '+') && !endsOperand(at - 1, script));
}

/** The first token of names, calls and brackets that end at a token: `new Set(LIST).has(query.name)`. */
function startOfOperand(end: number, script: ScriptText): number | undefined {
  for (let at = end; ; ) {
    const close = script.text(at);
    if (script.kind(at) === 'punctuator') {
      if (close !== ')' && close !== ']') return undefined;
      const open = script.other(at);
      const before = open - 1;
      if (script.kind(before) === 'keyword' && STATEMENT_HEADS.has(script.text(before))) return undefined;
      if (script.text(before) === '?.') at = before - 1;
      else if (endsOperand(before, script)) at = before;
      else return open;
    } else if (!endsOperand(at, script)) return undefined;
    else if (script.isProperty(at)) at -= 2;
    else return script.text(at - 1) === 'new' ? at - 1 : at;
  }
}

function endsOperand(at: number, script: ScriptText): boolean {
  const [kind, text] = [script.kind(at), script.text(at)];
  if (kind === 'keyword') return text === 'this' || text === 'super';
  if (kind === 'punctuator') return text === ')' || text === ']';
  return kind === 'name' || kind === 'string' || kind === 'number' || kind === 'regexp';
}
