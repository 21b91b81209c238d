/**
 * Plans: decisions ready to be evaluated, once per query, without the sandbox. Values are wire-form
 * RDATA and pools are resolved, so evaluation neither parses nor fails. Plans share their pools: one names
 * a pool, and the TTL that the pool's records have there, in seconds, where neither they nor the policy say it.
 */
import type { WireName } from '../wire/name.ts';

export type Plan =
  | { readonly kind: 'records'; readonly sets: readonly RecordSet[] }
  | { readonly kind: 'pool'; readonly pool: Pool; readonly ttl?: number | undefined }
  | { readonly kind: 'firstHealthy'; readonly of: readonly Plan[] }
  | { readonly kind: 'weighted'; readonly of: readonly Weighted[] }
  | { readonly kind: 'nearest'; readonly of: readonly Pool[]; readonly ttl?: number | undefined }
  | { readonly kind: 'sticky'; readonly of: readonly Weighted[] }
  | { readonly kind: 'rotate'; readonly of: Plan; readonly count: number | undefined }
  | { readonly kind: 'cname'; readonly target: WireName; readonly ttl: number }
  | { readonly kind: 'nodata' }
  | { readonly kind: 'nxdomain' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'servfail' };

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
