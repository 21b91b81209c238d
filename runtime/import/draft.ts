/** A policy before it is text: the plans, decisions and pools that the importers make. */

/** Names of pools stand for the pools of the same policy. */
export type PlanDraft =
  | { readonly kind: 'pool'; readonly pool: string }
  /** In order; `nearest` takes pools only. */
  | { readonly kind: 'firstHealthy' | 'nearest'; readonly of: readonly PlanDraft[] }
  | { readonly kind: 'weighted'; readonly of: readonly (readonly [weight: number, plan: PlanDraft])[] }
  /** `name`: by the name that is asked for, else by the network of the client. Pools only. */
  | {
      readonly kind: 'sticky';
      readonly of: readonly (readonly [weight: number, plan: PlanDraft])[];
      readonly by?: 'name';
    }
  | { readonly kind: 'rotate'; readonly of: PlanDraft; readonly count: number }
  | { readonly kind: 'geo'; readonly table: readonly (readonly [place: string, plan: PlanDraft])[] }
  | { readonly kind: 'cname'; readonly target: string; readonly ttl: number }
  | { readonly kind: 'nodata' };

/** What decides which plan a query gets. */
export type Condition =
  | { readonly fact: 'country' | 'continent' | 'region' | 'city'; readonly is: readonly string[] }
  | { readonly fact: 'asn'; readonly is: readonly number[] }
  | { readonly fact: 'type'; readonly is: readonly string[] }
  | { readonly fact: 'network'; readonly in: readonly string[] }
  | { readonly not: Condition }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

/** A plan, or a choice between decisions. */
export type DecisionDraft =
  | PlanDraft
  | {
      readonly kind: 'if';
      readonly when: Condition;
      readonly yes: DecisionDraft;
      readonly no: DecisionDraft;
    };

/** A check as a policy writes it: keys and plain values. */
export type CheckDraft = { readonly [key: string]: CheckValue };
export type CheckValue = string | number | boolean | CheckDraft | readonly CheckValue[];

export interface PoolDraft {
  /** Data by type. */
  readonly records: Readonly<Record<string, readonly string[]>>;
  /** The name whose addresses it has, without final dot. */
  readonly alias?: string;
  /** Seconds. */
  readonly ttl?: number;
  readonly leastTtl?: number;
  readonly at?: readonly [latitude: number, longitude: number];
  readonly check?: CheckDraft;
  /** What is answered when all of it is down, if that is not all of it. */
  readonly whenDown?: 'empty';
  /** Percent, 1 to 100. */
  readonly upWhen?: number;
}

export interface HostDraft {
  /** Relative to the zone; `@` is the zone itself. */
  readonly name: string;
  readonly decision: DecisionDraft;
  /** What it comes from: `DYNA geoip!www, example.com:12`. */
  readonly origin: string;
}

export interface NamedPool extends PoolDraft {
  readonly name: string;
  readonly origin: string;
}

export interface PolicyDraft {
  readonly zone: string;
  /** What it comes from, for the head of the file. */
  readonly origin: string;
  readonly pools: readonly NamedPool[];
  readonly hosts: readonly HostDraft[];
}

/** The plan that makes one of several; where one alone is left, that plan. */
export function firstOf(of: readonly PlanDraft[]): PlanDraft {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind: 'firstHealthy', of };
}

/** The most plans that one decision may come to when choices inside of choices are laid out. */
const MOST_LEAVES = 256;

/**
 * Lays choices between members out as a choice between whole plans: `first(if c then a else b, d)` becomes
 * `if c then first(a, d) else first(b, d)`. Gives `undefined` where that would be more than anybody reads.
 */
export function laidOut(
  members: readonly DecisionDraft[],
  make: (plans: readonly PlanDraft[]) => PlanDraft,
): DecisionDraft | undefined {
  let leaves = 0;
  const walk = (rest: readonly DecisionDraft[], plans: readonly PlanDraft[]): DecisionDraft | undefined => {
    const [next, ...others] = rest;
    if (next === undefined) return ++leaves > MOST_LEAVES ? undefined : make(plans);
    if (next.kind !== 'if') return walk(others, [...plans, next]);
    const yes = walk([next.yes, ...others], plans);
    const no = yes && walk([next.no, ...others], plans);
    return no && yes && { kind: 'if', when: next.when, yes, no };
  };
  return walk(members, []);
}
