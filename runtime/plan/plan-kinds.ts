/** All kinds of plans. The compiler checks these lists against the types: a missing kind is an error. */
import { unreachable } from '../base/assert.ts';
import type {
  ArrangingKind,
  AskedFor,
  Candidates,
  Chance,
  ChoosingKind,
  Client,
  HolderKind,
  Kind,
  LeafKind,
  ServedRecords,
} from './kind.ts';
import { bounded } from './kinds/bounded.ts';
import { closestByLatency } from './kinds/closest-by-latency.ts';
import { cname } from './kinds/cname.ts';
import { fastest } from './kinds/fastest.ts';
import { fence } from './kinds/fence.ts';
import { firstHealthy } from './kinds/first-healthy.ts';
import { geo } from './kinds/geo.ts';
import { leastLoaded } from './kinds/least-loaded.ts';
import { nearest } from './kinds/nearest.ts';
import { nodata, nxdomain, refuse, servfail } from './kinds/nothing.ts';
import { pool } from './kinds/pool.ts';
import { records } from './kinds/records.ts';
import { rotate } from './kinds/rotate.ts';
import { shed } from './kinds/shed.ts';
import { sticky } from './kinds/sticky.ts';
import { take } from './kinds/take.ts';
import { weighted } from './kinds/weighted.ts';
import type { Arranging, Choosing, Holder, LeafPlan, PlanByKind } from './plan.ts';
import type { Compiles } from './plan-reader.ts';

const LEAVES: { readonly [Name in LeafPlan['kind']]: LeafKind<Name> } = {
  records,
  pool,
  cname,
  nodata,
  nxdomain,
  refuse,
  servfail,
};

const CHOOSING: { readonly [Name in Choosing['kind']]: ChoosingKind<Name> } = {
  firstHealthy,
  weighted,
  nearest,
  sticky,
  fastest,
  leastLoaded,
  shed,
  closestByLatency,
  geo,
  fence,
  bounded,
};

const ARRANGING: { readonly [Name in Arranging['kind']]: ArrangingKind<Name> } = { rotate, take };

const HOLDERS: { readonly [Name in Holder['kind']]: HolderKind<Name> } = { ...CHOOSING, ...ARRANGING };
const KINDS: { readonly [Name in keyof PlanByKind]: Kind<Name> } = { ...LEAVES, ...HOLDERS };

/** The kind of that name; `undefined` if there is none. The name may be any value. */
export function kindNamed(name: unknown): Compiles | undefined {
  return typeof name === 'string' && Object.hasOwn(KINDS, name) ? KINDS[name as keyof PlanByKind] : undefined;
}

export function leafKind<Name extends LeafPlan['kind']>({ kind }: Named<Name>): LeafKind<Name> {
  return LEAVES[kind];
}

export function choosingKind<Name extends Choosing['kind']>({ kind }: Named<Name>): ChoosingKind<Name> {
  return CHOOSING[kind];
}

export function holderKind<Name extends Holder['kind']>({ kind }: Named<Name>): HolderKind<Name> {
  return HOLDERS[kind];
}

export function anyKind<Name extends keyof PlanByKind>({ kind }: Named<Name>): Kind<Name> {
  return KINDS[kind];
}

interface Named<Name> {
  readonly kind: Name;
}

// This runs for each query. A look-up in a list by name takes V8 twenty nanoseconds longer.

export function pick(
  plan: Choosing,
  candidates: Candidates,
  client: Client,
  chance: Chance,
  asked: AskedFor,
): number {
  switch (plan.kind) {
    case 'firstHealthy':
      return firstHealthy.pick(plan, candidates, client, chance, asked);
    case 'weighted':
      return weighted.pick(plan, candidates, client, chance, asked);
    case 'nearest':
      return nearest.pick(plan, candidates, client, chance, asked);
    case 'sticky':
      return sticky.pick(plan, candidates, client, chance, asked);
    case 'fastest':
      return fastest.pick(plan, candidates, client, chance, asked);
    case 'leastLoaded':
      return leastLoaded.pick(plan, candidates, client, chance, asked);
    case 'shed':
      return shed.pick(plan, candidates, client, chance, asked);
    case 'closestByLatency':
      return closestByLatency.pick(plan, candidates, client, chance, asked);
    case 'geo':
      return geo.pick(plan, candidates, client, chance, asked);
    case 'fence':
      return fence.pick(plan, candidates, client, chance, asked);
    case 'bounded':
      return bounded.pick(plan, candidates, client, chance, asked);
    default:
      return unreachable(plan);
  }
}

export function arrange(plan: Arranging, records: ServedRecords, chance: Chance): void {
  switch (plan.kind) {
    case 'rotate':
      rotate.arrange(plan, records, chance);
      break;
    case 'take':
      take.arrange(plan, records, chance);
      break;
    default:
      unreachable(plan);
  }
}
