/**
 * Plans: decisions ready to be evaluated, once per query, without the sandbox. Values are wire-form RDATA
 * and pools are resolved, so evaluation neither parses nor fails. Plans share their pools: a plan names a
 * pool, and the TTL in seconds that the pool's records have in this plan, if it is not that of the pool or
 * policy.
 */
import type { MinuteCount } from '../base/structures/minute-count.ts';
import type { AliasNews } from '../health/aliases/alias-news.ts';
import type { PoolOverride } from '../health/overrides/zone-overrides.ts';
import type { HolderOf, LeafOf } from '../rpc/plan-fold.ts';
import type { WireName } from '../wire/name.ts';

/** Plans by kind: here those that hold no other plan. Each kind that holds plans adds itself, in kinds/. */
export interface PlanByKind {
  readonly records: { readonly kind: 'records'; readonly sets: readonly RecordSet[] };
  readonly pool: { readonly kind: 'pool'; readonly pool: Pool; readonly ttl?: number | undefined };
  readonly cname: { readonly kind: 'cname'; readonly target: WireName; readonly ttl: number };
  readonly nodata: { readonly kind: 'nodata' };
  readonly nxdomain: { readonly kind: 'nxdomain' };
  readonly refuse: { readonly kind: 'refuse' };
  readonly servfail: { readonly kind: 'servfail' };
}

export type Plan = PlanByKind[keyof PlanByKind];

/** A plan that holds no other. */
export type LeafPlan = LeafOf<Plan>;
/** A plan that holds others. */
export type Holder = HolderOf<Plan>;
/** A plan that chooses one of several. */
export type Choosing = Extract<Holder, { readonly of: readonly unknown[] }>;
/** A plan that changes order or number of the records of another. */
export type Arranging = Exclude<Holder, Choosing>;

export type PoolPlan = PlanByKind['pool'];

export interface Weighted {
  readonly weight: number;
  readonly plan: Plan;
  /** Hash of the choice's name, for rendezvous hashing: stable across versions and processes. */
  readonly seed: number;
}

/** Values of one type that share a TTL. A CNAME stands alone and answers every type. */
export interface RecordSet {
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
  /** The slot of each value's state in health/table.ts; -1 if no check covers it, as outside of pools. */
  readonly slots: readonly number[];
  /** All values in wire form (wire/encoded-rrset.ts). */
  readonly encoded?: Uint8Array | undefined;
}

export interface Pool {
  readonly name: string;
  /** All that changes of a version that is served: by {@link alias}, and as operators override its health, see {@link overridden}. */
  sets: readonly RecordSet[];
  /** The TTL that the pool states. Without one, a plan around the pool decides, or else the policy's TTL. */
  readonly ttl?: number | undefined;
  /** The pool's place, in degrees north and east. */
  readonly at: readonly [latitude: number, longitude: number] | undefined;
  readonly whenDown: WhenDown;
  /** How much of it has to be up. Without it anything that is up is enough. */
  readonly upWhen?: UpWhen | undefined;
  /** Types of its SVCB and HTTPS records with hints that follow the health of its addresses. */
  readonly hinted?: readonly number[] | undefined;
  /** Of one whose TTL falls as a change of its health comes near. */
  readonly nearing?: Nearing | undefined;
  /** Queries a second that it is made for. */
  readonly capacity?: number | undefined;
  /** The answers that an answer process has given of it; of a pool with a capacity only. */
  readonly load?: MinuteCount | undefined;
  /** Of one that answers with the addresses of another name. */
  readonly alias?: Aliasing | undefined;
  /** What operators have said of it; its sets then have slots of their own. */
  overridden?: PoolOverriding | undefined;
}

/** Which name's addresses a pool answers with, and what is known of it (pools/pool-alias.ts). */
export interface Aliasing {
  /** Lower case, no final dot. */
  readonly target: string;
  /** Seconds, the pool's own or those of its policy: an upper bound. */
  readonly ttl: number;
  /** Nothing is known of the target, or it has no address: the pool is down. */
  readonly isDown: boolean;
  /** The same where something is not known: it may have an address. */
  readonly isUnresolved: boolean;
  /** What is known now. */
  readonly news: AliasNews;
  /** Goes by what is known from now on. Returns the sets of the pool: families without an address have none. */
  take(news: AliasNews): RecordSet[];
  /** Whether nothing is known of the records of a type, so that they cannot be denied. */
  isUnknown(type: number): boolean;
  /** Seconds for which an answer of a type holds; infinite for types that are the pool's own. */
  secondsLeft(type: number): number;
}

/** An override of a pool, and the sets as they would be without. */
export interface PoolOverriding {
  readonly override: PoolOverride;
  readonly sets: readonly RecordSet[];
}

/** Of a pool that is checked: how far the TTL of its answers falls, in seconds, and by what. */
export interface Nearing {
  readonly leastTtl: number;
  /** Seconds between two results of a target. */
  readonly intervalS: number;
  /** Results in a row that turn it up, and down. */
  readonly rise: number;
  readonly fall: number;
}

/**
 * What is answered in place of a pool while all of it is down. Pools that such a plan names stand without plans of their
 * own for that: one that is down as well answers as if it were up.
 */
export type WhenDown = 'all' | 'empty' | 'servfail' | Plan;

/** The plan that stands in for a pool while it is down, if it has one. */
export function standInOf({ whenDown }: Pool): Plan | undefined {
  return typeof whenDown === 'string' ? undefined : whenDown;
}

export interface UpWhen {
  /** Of the weight of all records that are checked, from 1 to 100. */
  readonly percent: number;
  /** By set, and by value; absent: each weighs 1. */
  readonly weights?: readonly (readonly number[])[];
}

/** A record of a pool, and where the state of its target is kept: negative if no check covers it. */
export interface PoolRecord {
  readonly type: number;
  readonly rdata: Uint8Array;
  readonly slot: number;
}

export function recordsInPool({ sets }: Pool): readonly PoolRecord[] {
  return sets.flatMap(({ type, rdatas, slots }) =>
    rdatas.map((rdata, index) => ({ type, rdata, slot: slots[index] ?? UNCHECKED_SLOT })),
  );
}

const UNCHECKED_SLOT = -1;

/** Where the states of a pool's targets are kept, each once; none if no check covers it. */
export function checkedSlots({ sets }: Pool): ReadonlySet<number> {
  return new Set(sets.flatMap(({ slots }) => slots.filter((slot) => slot >= 0)));
}
