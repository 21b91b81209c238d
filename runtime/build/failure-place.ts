/**
 * Where in the author's files a policy failed. A stack says it best; without one (the sandbox was killed,
 * or the answer is invalid) the place is that of the host, or of another part at fault.
 *
 * Keys of a policy are looked for in the compiled script, where esbuild has removed comments and writes
 * every key the same way. For a key that is computed, or written elsewhere, the place is the nearest key
 * above.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { shownBeyond } from '../limits/manifest-limits.ts';
import type { Explanation } from '../rpc/explanation.ts';
import { type MappedPosition, mapStack, ScriptMap } from './source-map.ts';

/** What is known of a failure. */
export interface Trace {
  /** The stack as V8 writes it. */
  readonly stack?: string | undefined;
  /** Keys from the policy to the part at fault: `['hosts', 'www']`. */
  readonly keys: readonly string[];
  /** The word in that part which is wrong. */
  readonly word?: Word | undefined;
}

/** A word in the compiled script, by the patterns that it may have, the best first. */
export interface Word {
  readonly patterns: readonly RegExp[];
  /** It is wrong wherever it stands. */
  readonly isUnlike: boolean;
}

const WORDS = [
  [': Handlers are synchronous', /(?<![\w$])async(?![\w$:])/g],
  [' family "together" ', /"together"/g],
] as const;

/** A word that a message quotes, or is about. */
export function wordIn(message: string): Word | undefined {
  const [, pool] = /: Unknown pool ("(?:[^"\\]|\\.)*")/.exec(message) ?? [];
  if (pool !== undefined) {
    const name = JSON.parse(pool) as string;
    return { patterns: [new RegExp(escaped(JSON.stringify(name)), 'g'), keyPattern(name)], isUnlike: true };
  }
  const beyond = shownBeyond(message)?.replace(/\.$/, '');
  if (beyond !== undefined) return { patterns: [new RegExp(escaped(beyond), 'gi')], isUnlike: false };
  const [, pattern] = WORDS.find(([of]) => message.includes(of)) ?? [];
  return pattern && { patterns: [pattern], isUnlike: false };
}

/** A policy as esbuild compiles it. */
export interface CompiledScript {
  readonly script: string;
  readonly sourceMap: string;
}

/** A compiled policy, with its file as shown to operators. */
export interface CompiledPolicy extends CompiledScript {
  readonly file: string;
  /** The lists of networks that it imports (rpc/facts/network-lists.ts); default: none. */
  readonly lists?: Uint8Array<ArrayBuffer> | undefined;
}

/** Finds the place in the author's files. */
export function placeOfFailure(trace: Trace, script: CompiledScript): MappedPosition | undefined {
  const { stack } = trace;
  return (stack === undefined ? undefined : mapStack(stack, script.sourceMap)) ?? placeOfPart(trace, script);
}

/** Adds the place to a problem; the file at least. */
export function located(diagnostic: Diagnostic, trace: Trace, policy: CompiledPolicy): Diagnostic {
  const place = placeOfFailure(trace, policy);
  if (place === undefined) return { ...diagnostic, file: policy.file };
  const { text, ...position } = place;
  return { ...diagnostic, ...position, ...(text === undefined ? {} : { source: text }) };
}

/** Shows where in the author's file a policy failed, instead of where in the compiled script. */
export function withPlace(
  explanation: Explanation,
  locate: (trace: Trace) => MappedPosition | undefined,
): Explanation {
  const { fallback, host = '@' } = explanation;
  if (fallback === undefined) return explanation;
  const { stack, ...rest } = fallback;
  const at = locate({ stack, keys: ['hosts', host] });
  const place = at === undefined ? {} : { stack: `at ${at.file}:${at.line}:${at.column}` };
  return { ...explanation, fallback: { ...rest, ...place } };
}

function placeOfPart(
  { keys, word }: Trace,
  { script, sourceMap }: CompiledScript,
): MappedPosition | undefined {
  const map = new ScriptMap(sourceMap);
  let place: MappedPosition | undefined;
  let from = 0;
  for (const landmarks of [[POLICY], ...keys.map(keyPatterns)]) {
    const found = findFirst(landmarks, script, from, map);
    if (found === undefined) break;
    place = found.place;
    from = found.index + 1;
  }
  return place === undefined || word === undefined ? place : (placeOfWord(word, script, from, map) ?? place);
}

/** The word in the part; or elsewhere, if the part only names what holds it. */
function placeOfWord(
  { patterns, isUnlike }: Word,
  script: string,
  from: number,
  map: ScriptMap,
): MappedPosition | undefined {
  const part = script.slice(0, endOfPart(script, from));
  const searched = [[part, startOfPart(script, from)] as const, ...(isUnlike ? [[script, 0] as const] : [])];
  for (const [text, start] of searched) {
    const found = findFirst(patterns, text, start, map);
    if (found !== undefined) return found.place;
  }
  return undefined;
}

/** A key stands behind `async`, `*` or `get`, on the same line. */
function startOfPart(script: string, at: number): number {
  const before = script.slice(script.lastIndexOf('\n', at) + 1, at - 1);
  return at - 1 - (/(?:\b(?:async|get|set) |\*)*$/.exec(before)?.[0].length ?? 0);
}

const CLOSERS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[()[\]{},]/gs;

/** Where the part that begins at `from` is over: before a comma or a bracket that is not its own. */
function endOfPart(script: string, from: number): number {
  let depth = 0;
  for (const { 0: token, index } of script.slice(from).matchAll(CLOSERS)) {
    if (/[([{]/.test(token[0] ?? '') && token.length === 1) depth += 1;
    if (/^[)\]}]$/.test(token)) depth -= 1;
    if (depth < 0 || (depth === 0 && token === ',')) return from + index;
  }
  return script.length;
}

/** esbuild adds a number to a name that several files have. */
const POLICY = /(?<![\w$])(?:definePolicy|createServer)\d*\)?\(/g;

/** `www: …`, `"*.app": …`, `www(query) {`, or else `www` alone, which is the name of the value as well. */
function keyPatterns(key: string): RegExp[] {
  return [keyPattern(key), new RegExp(`(?<=[{,]\\s*)${escaped(key)}(?=\\s*[,}])`, 'g')];
}

function keyPattern(key: string): RegExp {
  const [bare, quoted] = [key, JSON.stringify(key)].map(escaped);
  return new RegExp(`(?<![\\w$.])(?:${quoted}|${bare})(?=[:(])`, 'g');
}

function escaped(text: string): string {
  return text.replace(/\W/g, '\\$&');
}

interface Found {
  readonly index: number;
  readonly place: MappedPosition;
}

/** The first place of the first pattern that is anywhere. */
function findFirst(
  patterns: readonly RegExp[],
  script: string,
  from: number,
  map: ScriptMap,
): Found | undefined {
  for (const pattern of patterns) {
    const found = findInAuthorCode(pattern, script, from, map);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInAuthorCode(pattern: RegExp, script: string, from: number, map: ScriptMap): Found | undefined {
  for (const match of script.slice(from).matchAll(pattern)) {
    const index = from + match.index;
    const place = map.authorPositionAt(script, index);
    if (place !== undefined) return { index, place };
  }
  return undefined;
}
