/**
 * Has a policy read no more of its client than it uses. Where it does nothing with a fact but compare it with texts
 * that are known, it reads instead which of these it is, if any (sandbox/prelude/compared.ts): one decision then does
 * for all countries that it treats alike. What it decides is the same either way.
 *
 *     query.client.country === 'DE'
 *     __dnsteer_compared(query.client, "country", "DE").country === 'DE'
 */
import { alikeText } from '../rpc/alike.ts';
import { type Compared, Comparisons } from './comparisons.ts';
import { ScriptText, type Span } from './script-text.ts';
import { type ScriptToken, scriptTokens } from './script-tokens.ts';

/** Octets put into a script at a place. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Facts with many values, and whether all of these are codes: no value is the name of what all objects have. */
const FIELDS: Readonly<Record<string, boolean>> = {
  country: true,
  continent: true,
  region: false,
  city: false,
  timeZone: false,
  organization: false,
};
/** Longer scripts hold data, and what they would save is not worth reading all of it. */
const MOST_SCRIPT = 262_144;
/** A policy that tells more groups of values apart is as well off with the values themselves. */
const MOST_GROUPS = 48;

/** Of a client, in one script. */
const MOST_READINGS = 512;

/** Reads of facts of one client at one place of the script. */
interface Reading {
  readonly client: Span;
  readonly fields: ReadonlyMap<string, Compared>;
}

/** What is to be put into a script, in order. None, where the script is not understood for sure. */
export function narrowedReads(script: string): readonly Insertion[] {
  if (script.length > MOST_SCRIPT || !Object.keys(FIELDS).some((field) => script.includes(field))) return [];
  const tokens = scriptTokens(script);
  if (tokens === undefined) return [];
  const text = new ScriptText(tokens);
  if (text.isOpaque) return [];
  const comparisons = new Comparisons(text);
  const readings = [...tokens.keys()].flatMap((at) => readingAt(tokens, at, comparisons) ?? []);
  if (readings.length > MOST_READINGS) return [];
  const groups = new Map(Object.keys(FIELDS).map((field) => [field, groupsOf(field, readings)]));
  return readings.flatMap(({ client, fields }) => {
    const narrowed = [...fields.keys()].flatMap((field) => {
      const text = groups.get(field);
      return text === undefined ? [] : [`, ${JSON.stringify(field)}, ${JSON.stringify(text)}`];
    });
    const [from, to] = [tokens[client.from]?.from, tokens[client.to]?.to];
    if (narrowed.length === 0 || from === undefined || to === undefined) return [];
    return [
      { at: from, text: '__dnsteer_compared(' },
      { at: to, text: `${narrowed.join('')})` },
    ];
  });
}

/** The script with what is put into it. */
export function withInsertions(script: string, insertions: readonly Insertion[]): string {
  let [made, from] = ['', 0];
  for (const { at, text } of insertions) {
    made += script.slice(from, at) + text;
    from = at;
  }
  return made + script.slice(from);
}

function readingAt(
  tokens: readonly ScriptToken[],
  at: number,
  comparisons: Comparisons,
): Reading | undefined {
  const token = tokens[at];
  if (token?.kind === 'name' && Object.hasOwn(FIELDS, token.text) && isDot(tokens[at - 1])) {
    const from = chainBefore(tokens, at - 2);
    const compared =
      from === undefined ? undefined : comparisons.of({ from, to: at }, FIELDS[token.text] === true);
    if (from === undefined || compared === undefined) return undefined;
    return { client: { from, to: at - 2 }, fields: new Map([[token.text, compared]]) };
  }
  return token?.text === '{' ? destructuring(tokens, at, comparisons) : undefined;
}

/** `const { country, city: place = 'XX' } = query.client;` from its brace. */
function destructuring(
  tokens: readonly ScriptToken[],
  brace: number,
  comparisons: Comparisons,
): Reading | undefined {
  const close = tokens[brace]?.other ?? -1;
  const isDeclared =
    ['const', 'let', 'var'].includes(tokens[brace - 1]?.text ?? '') && tokens[close + 1]?.text === '=';
  if (!isDeclared) return undefined;
  let end = close + 2;
  while (isDot(tokens[end + 1])) end += 2;
  if (![';', ','].includes(tokens[end + 1]?.text ?? '') || chainBefore(tokens, end) !== close + 2)
    return undefined;
  const fields = new Map<string, Compared>();
  for (let at = brace + 1; at < close; at += 1) {
    const field = tokens[at];
    if (field?.kind !== 'name') return undefined;
    if (tokens[at + 1]?.text === ':') at += 2;
    const name = at;
    if (tokens[at]?.kind !== 'name') return undefined;
    if (tokens[at + 1]?.text === '=' && tokens[at + 2]?.kind === 'string') at += 2;
    if (tokens[at + 1]?.text !== ',' && at + 1 !== close) return undefined;
    const compared = Object.hasOwn(FIELDS, field.text)
      ? comparisons.ofName(name, brace - 1, FIELDS[field.text] === true)
      : undefined;
    if (compared !== undefined) fields.set(field.text, compared);
    at += 1;
  }
  return { client: { from: close + 2, to: end }, fields };
}

function isDot(token: ScriptToken | undefined): boolean {
  return token?.text === '.' || token?.text === '?.';
}

/** Where names with dots between them begin that end at a token: `query.client`. */
function chainBefore(tokens: readonly ScriptToken[], end: number): number | undefined {
  let at = end;
  while (tokens[at]?.kind === 'name' && isDot(tokens[at - 1])) at -= 2;
  return tokens[at]?.kind === 'name' ? at : undefined;
}

/** The values that no comparison of the policy tells from one another, as text. */
function groupsOf(field: string, readings: readonly Reading[]): string | undefined {
  const all = readings.flatMap(({ fields }) => fields.get(field) ?? []);
  const sets = new Map(all.map((set) => [set.join(), set])).values();
  const marks = new Map<string, string>();
  let mark = 0;
  for (const set of sets) {
    mark += 1;
    for (const value of new Set(set)) marks.set(value, `${marks.get(value) ?? ''} ${mark}`);
  }
  const groups = Map.groupBy(marks.keys(), (value) => marks.get(value));
  return groups.size > MOST_GROUPS ? undefined : alikeText([...groups.values()]);
}
