/**
 * Where in the author's files a policy failed. A stack says it best; without one (the sandbox was killed,
 * or the answer is invalid) the place is that of the host, or of another part at fault.
 *
 * Keys of a policy are looked for in the compiled script, where esbuild has removed comments and writes
 * every key the same way. For a key that is computed, or written elsewhere, the place is the nearest key
 * above.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Explanation } from '../rpc/explanation.ts';
import { type MappedPosition, mapStack, ScriptMap } from './source-map.ts';

/** What is known of a failure. */
export interface Trace {
  /** The stack as V8 writes it. */
  readonly stack?: string | undefined;
  /** Keys from the policy to the part at fault: `['hosts', 'www']`. */
  readonly keys: readonly string[];
}

/** A policy as esbuild compiles it. */
export interface CompiledScript {
  readonly script: string;
  readonly sourceMap: string;
}

/** A compiled policy, with its file as shown to operators. */
export interface CompiledPolicy extends CompiledScript {
  readonly file: string;
}

/** Finds the place in the author's files. */
export function placeOfFailure({ stack, keys }: Trace, script: CompiledScript): MappedPosition | undefined {
  return (stack === undefined ? undefined : mapStack(stack, script.sourceMap)) ?? placeOfKeys(keys, script);
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

function placeOfKeys(
  keys: readonly string[],
  { script, sourceMap }: CompiledScript,
): MappedPosition | undefined {
  const map = new ScriptMap(sourceMap);
  let place: MappedPosition | undefined;
  let from = 0;
  for (const landmark of [POLICY, ...keys.map(keyPattern)]) {
    const found = findInAuthorCode(landmark, script, from, map);
    if (found === undefined) break;
    place = found.place;
    from = found.index + 1;
  }
  return place;
}

/** esbuild adds a number to a name that several files have. */
const POLICY = /(?<![\w$])(?:definePolicy|createServer)\d*\)?\(/g;

/** `www: …`, `"*.app": …` or `www(query) {`. */
function keyPattern(key: string): RegExp {
  const [bare, quoted] = [key, JSON.stringify(key)].map((text) => text.replace(/\W/g, '\\$&'));
  return new RegExp(`(?<![\\w$.])(?:${quoted}|${bare})(?=[:(])`, 'g');
}

function findInAuthorCode(
  pattern: RegExp,
  script: string,
  from: number,
  map: ScriptMap,
): { readonly index: number; readonly place: MappedPosition } | undefined {
  for (const match of script.slice(from).matchAll(pattern)) {
    const index = from + match.index;
    const lines = script.slice(0, index).split('\n');
    const place = map.authorPosition(lines.length, (lines.at(-1)?.length ?? 0) + 1);
    if (place !== undefined) return { index, place };
  }
  return undefined;
}
