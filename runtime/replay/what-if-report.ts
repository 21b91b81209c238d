/** What came of recorded traffic with other pools down. */
import type { ReplayReport } from './replay-report.ts';

export interface WhatIfReport
  extends Pick<ReplayReport, 'lines' | 'unreplayable' | 'gone' | 'assumed' | 'problems'> {
  /** Files that do not say which share of the queries they hold; their lines stand for one query each. */
  readonly headless: readonly string[];
  /** Of the queries that policies decide; those with most queries first. */
  readonly zones: readonly ZoneShares[];
}

interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

export interface ZoneShares {
  readonly zone: string;
  /** Recorded queries that the policy decides. */
  readonly queries: number;
  readonly pools: readonly PoolShare[];
  readonly moves: readonly PoolMove[];
  /** Queries without a record in their answer. */
  readonly nothing: BeforeAfter;
  /** Queries that a pool answers which is down, for want of another. */
  readonly lastResort: BeforeAfter;
}

export interface PoolShare {
  /** The pool, or `records`, `nothing`, `fallback`, or a response code, for what none answers. */
  readonly place: string;
  readonly isPool: boolean;
  readonly queries: BeforeAfter;
  /** Queries a second in the busiest minute, estimated. */
  readonly peak: BeforeAfter;
  /** As declared, in queries a second. */
  readonly capacity?: number;
  /** Whether the load after is more. */
  readonly isOver?: boolean;
}

export interface PoolMove {
  readonly from: string;
  readonly to: string;
  readonly queries: number;
}
