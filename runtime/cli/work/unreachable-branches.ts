/**
 * What `check` finds of branches that no client can reach: `country === 'DE' && continent === 'NA'`, a second `if` for what
 * the first has taken, a `case` that stands twice. It is said only where all cases of the policy are known.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { comparedTexts } from '../../build/compared-texts.ts';
import { type MarkedSite, markBranches, WAY } from '../../build/mark-branches.ts';
import { type MappedPosition, ScriptMap } from '../../build/source-map.ts';
import type { Config } from '../../config/config.ts';
import { areAllCases, branchesTaken } from '../../explore/branches-taken.ts';
import type { HostCases } from '../../explore/explore-policy.ts';
import { continentOf } from '../../geo/continent.ts';
import { isInEuropeanUnion } from '../../geo/european-union.ts';
import type { PrepareContext } from '../../registry/prepare.ts';
import type { TriedPolicy } from '../../registry/zone-version.ts';
import { loadLimits } from '../../trial/policy-settings.ts';

/** Places that the settings give to networks. */
export type OwnPlaces = Config['geo']['overrides'];

export async function unreachableBranches(
  zone: string,
  policy: TriedPolicy,
  hosts: readonly HostCases[],
  { sandbox, settings, places }: PrepareContext & { readonly places: OwnPlaces },
): Promise<Diagnostic[]> {
  if (policy.trial.kind !== 'passed' || hosts.length === 0 || !areAllCases(hosts)) return [];
  if (!areUsualPlaces(places) || comparesOwnCodes(policy)) return [];
  const marked = markBranches(policy.script);
  if (marked === undefined) return [];
  const key = `${zone}#branches`;
  const loaded = await sandbox.load(key, marked.script, { ...loadLimits(settings.policy), shares: true });
  try {
    if (!loaded.ok) return [];
    const { manifest } = policy.trial.accepted;
    const { sites } = marked;
    const isEnough = (digits: readonly number[]): boolean =>
      sites.every((site, index) => isTaken(site, digits[index] ?? 0));
    const taken = await branchesTaken({ key, manifest }, hosts, sandbox, sites.length, isEnough);
    return taken === undefined ? [] : untaken(sites, taken, policy);
  } finally {
    sandbox.drop(key);
  }
}

/** Whether others say of the same line what is wrong with a comparison: a code that there is not, or types that have nothing in common. */
export function isToldAlready({ code, file, line }: Diagnostic, others: readonly Diagnostic[]): boolean {
  return code === 'POLICY_UNREACHABLE' && others.some((other) => other.file === file && other.line === line);
}

/** Whether clients are in no places but those that the walk knows: a country on its continent. */
export function areUsualPlaces(places: OwnPlaces): boolean {
  return Object.values(places).every(({ country, continent, eu }) => {
    if (country === undefined) return eu === undefined;
    const own = continentOf(country);
    const isOfCountry = continent === undefined || continent === own;
    return own !== undefined && isOfCountry && (eu === undefined || eu === isInEuropeanUnion(country));
  });
}

/** Whether it compares countries with codes that only the settings, or geo data, can give a meaning. */
function comparesOwnCodes(policy: TriedPolicy): boolean {
  return comparedTexts(policy).some(
    ({ fact, text }) => fact === 'country' && continentOf(text) === undefined,
  );
}

function untaken(sites: readonly MarkedSite[], taken: readonly number[], policy: TriedPolicy): Diagnostic[] {
  const map = new ScriptMap(policy.sourceMap);
  const took = (site: number, way: number): boolean => ((taken[site] ?? 0) & way) !== 0;
  return sites.flatMap((site, index): Diagnostic[] => {
    const missed = missedWay(site, index, took);
    const place = missed === undefined ? undefined : placeOf(site, policy.script, map);
    // What is imported may be for other policies.
    return missed === undefined || place?.file !== policy.file ? [] : [warning(site, missed, place)];
  });
}

/** Whether both ways of a site were taken, or all that can be spoken of. */
function isTaken({ kind, compares, hasOther }: MarkedSite, digit: number): boolean {
  if (kind === 'switch' || !compares) return true;
  return (digit & WAY.TRUE) !== 0 && (!hasOther || (digit & WAY.FALSE) !== 0);
}

type Took = (site: number, way: number) => boolean;

/** Only what was come to can be said to be taken one way or the other. */
function missedWay(
  { kind, of = 0, hasOther, compares }: MarkedSite,
  index: number,
  took: Took,
): number | undefined {
  const [isTrue, isFalse] = [took(index, WAY.TRUE), took(index, WAY.FALSE)];
  switch (kind) {
    case 'switch':
      return undefined;
    case 'case':
      return took(of, WAY.TRUE) && !isTrue ? WAY.TRUE : undefined;
    case 'operand':
      return compares && isFalse && !isTrue && took(of, WAY.TRUE) ? WAY.TRUE : undefined;
    case 'condition':
      if (!compares || isTrue === isFalse) return undefined;
      return isFalse ? WAY.TRUE : hasOther ? WAY.FALSE : undefined;
    default:
      return kind satisfies never;
  }
}

function warning({ kind }: MarkedSite, missed: number, { text, ...position }: MappedPosition): Diagnostic {
  const { column } = position;
  const written = expressionAt(text ?? '', column);
  const shown = text === undefined ? {} : { source: text };
  const told = { code: 'POLICY_UNREACHABLE', severity: 'warning', ...position, ...shown } as const;
  if (kind === 'case')
    return { ...told, message: `No client gets here: case ${written} is never met`, remedy: CASE };
  if (kind === 'operand')
    return { ...told, message: `No client is meant here: ${written} is never true`, remedy: MEND };
  return missed === WAY.TRUE
    ? { ...told, message: `No client gets here: ${written} is never true`, remedy: MEND }
    : { ...told, message: `No client gets to the other side: ${written} is always true`, remedy: MEND };
}

const MEND = 'Remove it, or mend what it compares: all cases of the policy were looked at';
const CASE = 'Remove it, or mend what it compares: a case above it may stand for the same';

/** Where a site begins in the author's file. Of brackets and of `!` nothing is mapped: they are looked for before what is. */
function placeOf({ at, lead }: MarkedSite, script: string, map: ScriptMap): MappedPosition | undefined {
  const place = map.authorPositionAt(script, at);
  if (place?.text === undefined) return place;
  let before = place.text.slice(0, place.column - 1);
  for (const word of lead.toReversed()) {
    const shorter = before.trimEnd();
    if (!shorter.endsWith(word)) break;
    before = shorter.slice(0, -word.length);
  }
  return { ...place, column: before.length + 1 };
}

/** What is written from a column on, to the end of the expression or of the line. */
function expressionAt(line: string, column: number): string {
  const text = line.slice(column - 1);
  let [depth, quote] = [0, ''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (`"'\``.includes(character)) quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (depth > 0 && ')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && ENDS.test(text.slice(at))) return text.slice(0, at).trim();
    // An operator of two characters is one.
    else if (text.startsWith('??', at) || text.startsWith('?.', at)) at += 1;
  }
  return `${text.trim()} …`;
}

/** What ends a condition, an operand of `||`, and the text of a case. */
const ENDS = /^(?:[)\]},;:]|\?(?![?.])|\|\|)/;
