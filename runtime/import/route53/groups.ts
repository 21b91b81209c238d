/** Record sets of one name and type, by how Route 53 chooses among them. */
import { type Condition, type DecisionDraft, firstOf, laidOut, type PlanDraft } from '../draft.ts';
import type { ImportReport, SourcePlace } from '../report.ts';
import { placeOfRegion } from './regions.ts';
import type { RecordSetShape } from './shapes.ts';

export interface PlacedSet {
  readonly set: RecordSetShape;
  readonly place: SourcePlace;
}

export interface GroupWork {
  readonly report: ImportReport;
  /** Networks by the name of their location. */
  readonly networks: ReadonlyMap<string, readonly string[]>;
  /** The decision of one set; `undefined` if it is left out. `at` is where it stands. */
  member(set: PlacedSet, at?: readonly [number, number]): DecisionDraft | undefined;
}

type Made = (members: readonly (readonly [PlacedSet, PlanDraft])[]) => PlanDraft;

/** The decision for sets with one name and type; `undefined` if nothing of them can be said. */
export function groupDecision(sets: readonly PlacedSet[], work: GroupWork): DecisionDraft | undefined {
  const [first] = sets;
  if (first === undefined) return undefined;
  const { set } = first;
  if (set.Weight !== undefined) return combined(sets, work, byWeight);
  if (set.Failover !== undefined) {
    const order = sets.toSorted(
      (a, b) => Number(a.set.Failover !== 'PRIMARY') - Number(b.set.Failover !== 'PRIMARY'),
    );
    return combined(order, work, (members) => firstOf(members.map(([, plan]) => plan)));
  }
  if (set.GeoLocation !== undefined) return combined(sets, work, byPlace);
  if (set.Region !== undefined || set.GeoProximityLocation !== undefined) return byDistance(sets, work);
  if (set.CidrRoutingConfig !== undefined) return byNetwork(sets, work);
  return work.member(first);
}

function combined(sets: readonly PlacedSet[], work: GroupWork, make: Made): DecisionDraft | undefined {
  const kept: PlacedSet[] = [];
  const decisions: DecisionDraft[] = [];
  for (const set of sets) {
    const decision = work.member(set, placeOf(set.set));
    if (decision === undefined) continue;
    kept.push(set);
    decisions.push(decision);
  }
  if (decisions.length === 0) return undefined;
  return laidOut(decisions, (plans) =>
    make(kept.flatMap((set, index) => (plans[index] ? [[set, plans[index]]] : []))),
  );
}

/** A weight of 0 is chosen only where all others are down, here as there. */
function byWeight(members: Parameters<Made>[0]): PlanDraft {
  const [only] = members;
  if (only !== undefined && members.length === 1) return only[1];
  return { kind: 'weighted', of: members.map(([{ set }, plan]) => [set.Weight ?? 0, plan]) };
}

const SHARED_CODES = new Set(['AF', 'AS', 'NA', 'SA']);

/** The narrowest place that is up, then those around it, then the default, here as there. */
function byPlace(members: Parameters<Made>[0]): PlanDraft {
  const table = members.map(([{ set }, plan]) => [placeKey(set.GeoLocation ?? {}), plan] as const);
  const others = table.filter(([key]) => key !== 'default');
  const fallback = table.find(([key]) => key === 'default')?.[1] ?? { kind: 'nodata' };
  return { kind: 'geo', table: [...others, ['default', fallback]] };
}

function placeKey({
  ContinentCode,
  CountryCode,
  SubdivisionCode,
}: NonNullable<RecordSetShape['GeoLocation']>): string {
  if (ContinentCode !== undefined)
    return SHARED_CODES.has(ContinentCode) ? `continent:${ContinentCode}` : ContinentCode;
  if (CountryCode === undefined || CountryCode === '*') return 'default';
  if (SubdivisionCode !== undefined) return `${CountryCode}-${SubdivisionCode}`;
  return SHARED_CODES.has(CountryCode) ? `country:${CountryCode}` : CountryCode;
}

function placeOf({
  Region,
  GeoProximityLocation: near,
}: RecordSetShape): readonly [number, number] | undefined {
  const { AWSRegion, Coordinates } = near ?? {};
  if (Coordinates !== undefined) return [Number(Coordinates.Latitude), Number(Coordinates.Longitude)];
  const region = Region ?? AWSRegion;
  return region === undefined ? undefined : placeOfRegion(region);
}

/** Latency, which Route 53 measures, and distance with a bias both become distance. */
function byDistance(sets: readonly PlacedSet[], work: GroupWork): DecisionDraft | undefined {
  const [first] = sets;
  if (first === undefined) return undefined;
  const isLatency = first.set.Region !== undefined;
  const isBiased = sets.some(({ set }) => (set.GeoProximityLocation?.Bias ?? 0) !== 0);
  const isPlaced = sets.every(({ set }) => placeOf(set) !== undefined);
  let isNearest = isPlaced;
  const decision = combined(sets, work, (members) => {
    const plans = members.map(([, plan]) => plan);
    if (plans.length === 1) return firstOf(plans);
    isNearest &&= plans.every(({ kind }) => kind === 'pool');
    return isNearest ? { kind: 'nearest', of: plans } : firstOf(plans);
  });
  if (!isNearest || isLatency || isBiased) {
    const why = isLatency
      ? 'latency is what AWS measures between networks and its regions'
      : 'no plan biases distances';
    work.report.add('changed', first.place, {
      what: `${first.set.Type} ${first.set.Name}`,
      why:
        isNearest || !isPlaced
          ? isPlaced
            ? why
            : 'where a region or local zone is, is not known'
          : 'nearest chooses among pools, and a member is more than one',
      instead: isNearest ? 'the nearest that is up, by the places of the regions' : 'the first that is up',
      remedy: isNearest
        ? 'Change `at` of the pools, or write a table of places (geo) where that is not right'
        : 'Make each member one pool with `at`, and choose by nearest(…)',
    });
  }
  return decision;
}

/** The location with the longest network that the client is in; `*` is all others. */
function byNetwork(sets: readonly PlacedSet[], work: GroupWork): DecisionDraft | undefined {
  const fallback = sets.find(({ set }) => set.CidrRoutingConfig?.LocationName === '*');
  const arms = sets
    .filter((each) => each !== fallback)
    .flatMap((each) => {
      const name = each.set.CidrRoutingConfig?.LocationName ?? '';
      const networks = work.networks.get(name);
      const decision = networks && work.member(each);
      if (networks === undefined) {
        work.report.add('left out', each.place, {
          what: `${each.set.Type} ${each.set.Name}, location ${name}`,
          why: 'the networks of the location are not in what was given',
          instead: 'what the other clients get',
          remedy:
            'Give what this prints: aws route53 list-cidr-blocks --collection-id ID, as --cidr-blocks FILE',
        });
      }
      return decision === undefined || networks === undefined ? [] : [{ decision, networks }];
    });
  const last: DecisionDraft = (fallback && work.member(fallback)) ?? { kind: 'nodata' };
  return longestFirst(arms).reduceRight((no: DecisionDraft, { decision, networks }): DecisionDraft => {
    const when: Condition = { fact: 'network', in: networks };
    return { kind: 'if', when, yes: decision, no };
  }, last);
}

/** One condition for each location and length of networks, the longest before all others. */
function longestFirst<T extends { readonly networks: readonly string[] }>(arms: readonly T[]): T[] {
  const lengthOf = (network: string) => Number(network.split('/')[1] ?? 128);
  const lengths = new Set(arms.flatMap(({ networks }) => networks.map(lengthOf)));
  // Networks of different lengths lie in each other only where there are some; else a location is one condition.
  if (lengths.size <= 1) return [...arms];
  return [...lengths]
    .sort((a, b) => b - a)
    .flatMap((length) =>
      arms.map((arm) => ({
        ...arm,
        networks: arm.networks.filter((network) => lengthOf(network) === length),
      })),
    )
    .filter(({ networks }) => networks.length > 0);
}
