/**
 * The texts that a script compares facts with, and where each stands: `query.client.country === 'DE'`, a `case`, a list
 * or a set that is asked for the fact, a table that is looked up by it. Names are told apart by their letters only, and
 * what a value becomes further on is not followed: so some comparisons are not seen here.
 */
import type { CompiledScript } from './failure-place.ts';
import { DECLARES, EQUAL, ScriptText, type Span } from './script-text.ts';
import { scriptTokens } from './script-tokens.ts';
import { type MappedPosition, ScriptMap } from './source-map.ts';

/** Facts that are codes. */
export type CodeFact = 'country' | 'continent' | 'type';

export interface ComparedText {
  readonly fact: CodeFact;
  readonly text: string;
  readonly place: MappedPosition;
}

/** Longer scripts hold data, and are not looked at. */
const MOST_SCRIPT = 1_048_576;
const OF_CLIENT: ReadonlySet<string> = new Set(['country', 'continent']);
const DEFAULTS: ReadonlySet<string> = new Set(['??', '||']);

/** In the author's code, in the order of the script. None of a script that cannot be read for sure. */
export function comparedTexts(policy: CompiledScript): readonly ComparedText[] {
  if (policy.script.length > MOST_SCRIPT) return [];
  const tokens = scriptTokens(policy.script);
  if (tokens === undefined) return [];
  const script = new ScriptText(tokens);
  const found = new Map<number, CodeFact>();
  const defaults = defaultsIn(script);
  for (const [fact, value] of valuesIn(script))
    for (const at of comparedWith(value, script)) if (!defaults.has(textAt(at, script))) found.set(at, fact);
  if (found.size === 0) return [];
  const map = new ScriptMap(policy.sourceMap);
  return [...found].flatMap(([at, fact]) => {
    const place = placeOf(tokens[at]?.from ?? 0, policy.script, map);
    return place === undefined ? [] : [{ fact, text: textAt(at, script), place }];
  });
}

/** Where a fact is read, and where a name stands for one. */
function* valuesIn(script: ScriptText): Generator<readonly [CodeFact, Span]> {
  for (const at of script.tokens.keys()) {
    const fact = script.kind(at) === 'name' ? script.text(at) : '';
    if (!isFact(fact)) continue;
    const name = script.isProperty(at) ? undefined : boundTo(at, fact, script);
    if (name !== undefined) {
      for (const value of usesOf(name, script)) yield [fact, value];
    } else if (script.isProperty(at) && isOwner(at - 2, fact, script)) {
      const value = { from: chainFrom(at, script), to: at };
      yield [fact, value];
      if (DECLARES.has(script.text(value.from - 3)) && script.text(value.from - 1) === '=')
        for (const other of usesOf(value.from - 2, script)) yield [fact, other];
    }
  }
}

function isFact(name: string): name is CodeFact {
  return name === 'type' || OF_CLIENT.has(name);
}

function usesOf(name: number, script: ScriptText): Span[] {
  return script.places(script.text(name)).flatMap((at) => (at === name ? [] : [{ from: at, to: at }]));
}

/** Whether what ends at a token has the fact: a client, or the query of a handler. */
function isOwner(end: number, fact: CodeFact, script: ScriptText): boolean {
  const [name, open] = [script.text(end), script.other(end)];
  if (name === ')') {
    // What narrow-reads.ts makes of a client, or of anything else with such a field.
    return script.text(open - 1) === '__dnsteer_compared' && isOwner(chainTo(open + 1, script), fact, script);
  }
  if (OF_CLIENT.has(fact)) return name === 'client';
  if (script.isProperty(end) || script.kind(end) !== 'name') return false;
  return name === 'query' || script.places(name).some((at) => isHandlerParameter(at, script));
}

/** `{ country }` and `{ country: name = 'XX' }`: the name that stands for the fact. */
function boundTo(at: number, fact: CodeFact, script: ScriptText): number | undefined {
  const brace = openBrace(at, script);
  if (brace === undefined || !isPatternOf(brace, fact, script)) return undefined;
  const name = script.text(at + 1) === ':' ? at + 2 : at;
  return script.kind(name) === 'name' ? name : undefined;
}

/** Whether a brace opens a pattern that takes a client apart, or the query of a handler. */
function isPatternOf(brace: number, fact: CodeFact, script: ScriptText): boolean {
  const close = script.other(brace);
  if (DECLARES.has(script.text(brace - 1)) && script.text(close + 1) === '=') {
    let end = chainTo(close + 2, script);
    if (script.text(end + 1) === '(') end = script.other(end + 1);
    return isOwner(end, fact, script);
  }
  if (!OF_CLIENT.has(fact)) return isHandlerParameter(brace, script);
  const isOfClient = script.text(brace - 1) === ':' && script.text(brace - 2) === 'client';
  const outer = isOfClient ? openBrace(brace - 2, script) : undefined;
  return outer !== undefined && isHandlerParameter(outer, script);
}

/** `www: (query) => …`, `www(query) { … }` and `www: function (query) { … }`: what a host's handler is called with. */
function isHandlerParameter(at: number, script: ScriptText): boolean {
  if (script.text(at - 1) === ':' && script.text(at + 1) === '=>') return true;
  const [list, close] = [at - 1, script.other(at - 1)];
  if (script.text(list) !== '(') return false;
  if (script.text(close + 1) === '=>') return script.text(list - 1) === ':';
  if (script.text(close + 1) !== '{') return false;
  return script.text(list - 1) === 'function' || [',', '{'].includes(script.text(list - 2));
}

function openBrace(from: number, script: ScriptText): number | undefined {
  for (let at = from - 1; at >= 0; at -= 1) {
    const other = script.other(at);
    if (other > at) return script.text(at) === '{' ? at : undefined;
    if (other >= 0) at = other;
  }
  return undefined;
}

/** Where names with dots between them end that begin at a token. */
function chainTo(from: number, script: ScriptText): number {
  let at = from;
  while (script.isProperty(at + 2)) at += 2;
  return at;
}

/** Where names with dots between them begin that end at a token. */
function chainFrom(end: number, script: ScriptText): number {
  let at = end;
  while (script.isProperty(at)) {
    at -= 2;
    if (script.text(at) === ')') at = script.other(at) - 1;
  }
  return at;
}

/** Tokens of the texts that a value is compared with. */
function comparedWith(value: Span, script: ScriptText): number[] {
  const to = DEFAULTS.has(script.text(value.to + 1)) ? value.to + 2 : value.to;
  const [before, behind] = [script.text(value.from - 1), script.text(to + 1)];
  if (before === '(' && behind === ')') {
    const called = script.text(value.from - 2);
    if (called === 'switch') return casesOf(to + 2, script);
    if (called === 'has' || called === 'includes') return textsOf(value.from - 4, script);
    const inner = { from: value.from - 1, to: to + 1 };
    return script.kind(value.from - 2) === 'name' ? [] : comparedWith(inner, script);
  }
  if (before === '[' && behind === ']') return keysOf(value.from - 2, script);
  const beside = [
    ...(EQUAL.has(script.text(value.to + 1)) ? [value.to + 2] : []),
    ...(EQUAL.has(before) ? [value.from - 2] : []),
  ];
  return beside.filter((at) => script.kind(at) === 'string');
}

function casesOf(brace: number, script: ScriptText): number[] {
  const within = inside(brace, script).filter((at) => script.text(at) === 'case');
  return within.map((at) => at + 1).filter((at) => script.kind(at) === 'string');
}

/** Of a list or a set that ends at a token, or that has a name. */
function textsOf(end: number, script: ScriptText): number[] {
  const declared = script.kind(end) === 'name' ? script.declared(end) : undefined;
  const [from, to] =
    declared === undefined ? [script.other(end), end] : [declared + 2, script.endOf(declared + 2) ?? -1];
  if (from < 0) return [];
  const all = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  return all.filter((at) => script.kind(at) === 'string');
}

/** Of a table that has a name. */
function keysOf(name: number, script: ScriptText): number[] {
  const declared = script.kind(name) === 'name' ? script.declared(name) : undefined;
  if (declared === undefined || script.text(declared + 2) !== '{') return [];
  return inside(declared + 2, script).filter(
    (at) => script.text(at + 1) === ':' && ['{', ','].includes(script.text(at - 1)),
  );
}

/** Tokens between brackets, but for those in brackets within. */
function inside(open: number, script: ScriptText): number[] {
  const found: number[] = [];
  for (let at = open + 1; at < script.other(open); at += 1) {
    found.push(at);
    if (script.other(at) > at) at = script.other(at);
  }
  return found;
}

/** The texts that the author puts in the place of facts that are not known: `?? 'none'`. */
function defaultsIn(script: ScriptText): ReadonlySet<string> {
  const texts = [...script.tokens.keys()].filter(
    (at) =>
      script.kind(at) === 'string' && DEFAULTS.has(script.text(at - 1)) && !EQUAL.has(script.text(at + 1)),
  );
  return new Set(texts.map((at) => textAt(at, script)));
}

function textAt(at: number, script: ScriptText): string {
  return script.kind(at) === 'string' ? (script.string(at) ?? '') : script.text(at);
}

function placeOf(offset: number, script: string, map: ScriptMap): MappedPosition | undefined {
  const before = script.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return map.authorPosition(before.split('\n').length, offset - lineStart + 1);
}
