/**
 * What makes a kind of plan: how plans of it are read, shown and measured, and how they steer. Each kind is
 * one file in kinds/, and plan-kinds.ts lists them all. The interfaces below the kinds are what a kind may
 * ask of steering (answer/steering/).
 */
import type { LatencyTable } from '../geo/latency/latency-table.ts';
import type { Coordinates, LocationField } from '../geo/location.ts';
import type { Measure } from '../health/values.ts';
import type { FactValue, PlanDataByKind } from '../rpc/plan.ts';
import type { Arranging, Choosing, Holder, LeafPlan, PlanByKind, Weighted } from './plan.ts';
import type { Compiles } from './plan-reader.ts';

export interface Kind<Name extends keyof PlanByKind> extends Compiles {
  /** Octets that a plan takes in memory, estimated; without the plans inside, and without pools. */
  octets(plan: PlanByKind[Name]): number;
}

/** A kind of plans that hold no other plan. answer/steering/steering.ts serves each. */
export interface LeafKind<Name extends LeafPlan['kind']> extends Kind<Name> {
  text(plan: PlanByKind[Name]): string;
  /** The plan's data as its author wrote it. */
  dataText(data: PlanDataByKind[Name]): string;
}

export interface HolderKind<Name extends Holder['kind']> extends Kind<Name> {
  /** Set if the names of pools count for which of them a client gets. */
  readonly goesByName?: true;
  /** Set if a measured value decides. */
  readonly measure?: Measure;
  /** Set if a member that has nothing of a type may be chosen for it, while others have. */
  readonly mayChooseEmpty?: true;
  /** The plan as its author would write it; `inside` are the texts of the plans inside. */
  text(plan: PlanByKind[Name] | PlanDataByKind[Name], inside: readonly string[]): string;
}

export interface ChoosingKind<Name extends Choosing['kind']> extends HolderKind<Name> {
  /** Set if it gives each member that is up in part its share by itself (plan/weights.ts). */
  readonly goesByShare?: true;
  /** The index of the member for this client; NOBODY only if no member takes part. Allocates nothing. */
  pick(
    plan: PlanByKind[Name],
    candidates: Candidates,
    client: Client,
    chance: Chance,
    asked: AskedFor,
  ): number;
  /** What besides its health speaks for a member, in words; may be empty. */
  why(plan: PlanByKind[Name], index: number, client: Client, candidates: Candidates): string;
}

export interface ArrangingKind<Name extends Arranging['kind']> extends HolderKind<Name> {
  /** Changes order or number of the records, of which there is at least one. */
  arrange(plan: PlanByKind[Name], records: ServedRecords, chance: Chance): void;
}

/** Stands for an index when no member is left. */
export const NOBODY = -1;

/** The members of a choice that take part in it. */
export interface Candidates {
  has(index: number): boolean;
  /** Which part of what a member would get it gets, above 0 to 1: less than all while operators drain it. */
  share(index: number): number;
  /** The index of the first member that takes part. */
  first(): number;
  /** What is measured of a member that is a pool; infinite where that is not known. */
  measured(index: number, measure: Measure): number;
}

/** What steering may know of the client. The answer's ECS scope follows from what a kind asks here. */
export interface Client {
  location(): Coordinates;
  /** A field of its place; `null` where it is not known. */
  place(field: LocationField): FactValue;
  subnetHash(): number;
  /** What was measured from networks of clients; `undefined` where nothing was. */
  readonly latencies: LatencyTable | undefined;
  /** Its row there, at a level (`LATENCY_LEVELS`), the most exact first; `NO_ROW` where there is none. */
  latencyRow(table: LatencyTable, level: number): number;
  /** Milliseconds since 1970: an answer that goes by it is made anew each time. */
  moment(): number;
}

/** What steering may know of the question, and of who answers it. */
export interface AskedFor {
  /** 32 bits that are the same for all questions for one name. */
  nameHash(): number;
  /** So many answer processes share all queries. */
  readonly processes: number;
}

/** Random choices: each call throws the dice once. */
export interface Chance {
  /** The index of a member that takes part, by weight. */
  byWeight(of: readonly Weighted[], candidates: Candidates): number;
  /** The index of one of so many, by their shares; NOBODY where all are 0. */
  byShares(shares: Float64Array, size: number): number;
  /** An index below `size`, all equally likely. */
  evenly(size: number): number;
}

/** Records about to be served. */
export interface ServedRecords {
  readonly rdatas: readonly Uint8Array[];
  /** Makes the record at `start` the first and keeps `count` of them. */
  rotate(start: number, count: number): void;
}
