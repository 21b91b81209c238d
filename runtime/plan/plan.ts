/**
 * Plans: decisions ready to be evaluated, once per query, without the sandbox. Values are wire-form
 * RDATA and pools are resolved, so evaluation neither parses nor fails. Plans share their pools: one names
 * a pool, and the TTL that the pool's records have there, in seconds, where neither they nor the policy say it.
 */
import type { HolderOf, LeafOf } from '../rpc/plan-fold.ts';
import type { WireName } from '../wire/name.ts';

/** By kind: here what a plan may come to. Each kind that holds other plans adds itself, in kinds/. */
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
/** A plan that comes to one of several. */
export type Choosing = Extract<Holder, { readonly of: readonly unknown[] }>;
/** A plan that comes to what another does, in another order or number. */
export type Arranging = Exclude<Holder, Choosing>;

export type PoolPlan = PlanByKind['pool'];

export interface Weighted {
  readonly weight: number;
  readonly plan: Plan;
  /** Hash of what the choice is called, for rendezvous hashing: stable across versions and processes. */
  readonly seed: number;
}

/** Values of one type that share a TTL. A CNAME stands alone and answers every type. */
export interface RecordSet {
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
  /** Per value, where health/table.ts keeps its state; -1 where nothing checks it. Only pools have checked values. */
  readonly slots: readonly number[];
  /** All of them (wire/encoded-rrset.ts). */
  readonly encoded?: Uint8Array | undefined;
}

export interface Pool {
  readonly name: string;
  readonly sets: readonly RecordSet[];
  /** As the pool itself says. Without one, the sets have the policy's, unless a plan around says another. */
  readonly ttl?: number | undefined;
  /** Degrees north and east. */
  readonly at: readonly [latitude: number, longitude: number] | undefined;
  readonly whenDown: 'all' | 'empty';
}
