/**
 * What there is to know about a kind of plan: how it is read, shown, measured and steered by. Each kind is one file
 * in kinds/, and all of them stand in plan-kinds.ts. The host of a choice (answer/steering/) is known here by what
 * a kind may ask of it.
 */
import type { Coordinates } from '../geo/location.ts';
import type { PlanDataByKind } from '../rpc/plan.ts';
import type { Arranging, Choosing, Holder, LeafPlan, PlanByKind, Weighted } from './plan.ts';
import type { Compiles } from './plan-reader.ts';

export interface Kind<Name extends keyof PlanByKind> extends Compiles {
  /** What it takes in memory, estimated; without the plans inside, and without pools. */
  octets(plan: PlanByKind[Name]): number;
}

/** What a plan may come to. answer/steering/steering.ts serves each. */
export interface LeafKind<Name extends LeafPlan['kind']> extends Kind<Name> {
  text(plan: PlanByKind[Name]): string;
  /** As its author wrote it. */
  dataText(data: PlanDataByKind[Name]): string;
}

export interface HolderKind<Name extends Holder['kind']> extends Kind<Name> {
  /** As its author would write it, by the texts of what is inside. */
  text(plan: PlanByKind[Name] | PlanDataByKind[Name], inside: readonly string[]): string;
}

export interface ChoosingKind<Name extends Choosing['kind']> extends HolderKind<Name> {
  /** The index of the one it comes to, for this client; NOBODY only where nobody takes part. It allocates nothing. */
  pick(plan: PlanByKind[Name], candidates: Candidates, client: Client, chance: Chance): number;
  /** What speaks for one of them beside its health, in words; empty where nothing does. */
  why(plan: PlanByKind[Name], index: number, client: Client): string;
}

export interface ArrangingKind<Name extends Arranging['kind']> extends HolderKind<Name> {
  /** Puts records, of which there is at least one, in another order or number. */
  arrange(plan: PlanByKind[Name], records: ServedRecords, chance: Chance): void;
}

/** No index: nobody is left. */
export const NOBODY = -1;

/** Which of the members of a choice take part in it. */
export interface Candidates {
  has(index: number): boolean;
  /** The first that takes part. */
  first(): number;
}

/** What steering may know about who asks. The answer's ECS scope follows from what is asked here. */
export interface Client {
  location(): Coordinates;
  subnetHash(): number;
}

/** What is left to chance: each is one throw of the dice. */
export interface Chance {
  /** One of those that take part, by weight. */
  byWeight(of: readonly Weighted[], candidates: Candidates): number;
  /** One of so many that are alike. */
  evenly(size: number): number;
}

/** Records about to be served. */
export interface ServedRecords {
  readonly rdatas: readonly Uint8Array[];
  /** Makes the record at `start` the first and keeps `count` of them. */
  rotate(start: number, count: number): void;
}
