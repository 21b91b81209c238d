/**
 * Walks the tree of reads of a handler. A policy is a function of what it reads, so each run is one path through that
 * tree, and each other value that a read could have had leads to another path: once all of them have been walked, the
 * leaves are the complete list of cases.
 *
 * Paths are taken in order of how likely they tell something new: first by values that the policy's own text names, and
 * one that it does not name, then by all the others.
 */
import type { FactValue, Read } from '../rpc/plan.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';

/** What one run yields, and what it read on the way. */
export interface Decided<T> {
  /** In order; a fact is there once. Of a run that failed, up to there; `undefined` where it is not known, as of one that was stopped. */
  readonly reads: readonly Read[] | undefined;
  readonly result: T;
}

/** What a handler may be asked: a question, and the facts of its client, the time, and health. */
export interface WitnessQuery {
  /** Lower case, no final dot. */
  readonly name: string;
  readonly type: string;
  readonly facts: FactsData;
}

/** Decides a query. What is the same for the handler must get the same. */
export type Decide<T> = (query: WitnessQuery) => Promise<Decided<T>>;

/** One case, and a query that is one. */
export interface CaseLeaf<T> {
  /** What tells it from all other cases, as far as that is known. */
  readonly reads: readonly Read[];
  readonly result: T;
  readonly witness: WitnessQuery;
}

/** Values that a fact could have instead. */
export interface Alternatives {
  /** Those worth trying first. */
  readonly likely: readonly FactValue[];
  readonly others: readonly FactValue[];
  /** Whether the fact has no value beside these and the one it had. */
  readonly isAll: boolean;
}

/** What there could be to read. */
export interface World {
  /** A query for which these reads come true; `undefined` where none is so. */
  queryWith(reads: readonly Read[]): WitnessQuery | undefined;
  /** Other values of the last of these reads; those that contradict the reads before it may be among them. */
  alternatives(reads: readonly Read[]): Alternatives;
}

export interface Budget {
  /** Runs at most. */
  readonly runs: number;
  /** Runs on their way at once. */
  readonly inFlight: number;
  /** Asked before each run: whether to end here. */
  readonly isOver: () => boolean;
}

export interface Exploration<T> {
  readonly leaves: readonly CaseLeaf<T>[];
  readonly runs: number;
  /** Paths that the budget left untaken. */
  readonly untaken: number;
  /** Facts of which only some values were tried, as they have too many. */
  readonly sampled: ReadonlySet<string>;
}

/** Walks the tree as far as the budget goes. Rejects if `decide` does. */
export async function explore<T>(decide: Decide<T>, world: World, budget: Budget): Promise<Exploration<T>> {
  const walk = new Walk(decide, world, budget);
  await walk.run();
  return walk;
}

/** The beginning of a path: reads with values that are given. */
type Path = readonly Read[];

class Walk<T> implements Exploration<T> {
  readonly leaves: CaseLeaf<T>[] = [];
  readonly sampled = new Set<string>();
  runs = 0;
  readonly #decide: Decide<T>;
  readonly #world: World;
  readonly #budget: Budget;
  /** First in, first out: a choice near the root parts more clients than one near a leaf. */
  readonly #likely: Path[] = [[]];
  #likelyTaken = 0;
  readonly #others: Path[] = [];
  #othersTaken = 0;

  constructor(decide: Decide<T>, world: World, budget: Budget) {
    this.#decide = decide;
    this.#world = world;
    this.#budget = budget;
  }

  get untaken(): number {
    return this.#likely.length - this.#likelyTaken + (this.#others.length - this.#othersTaken);
  }

  async run(): Promise<void> {
    const flying = new Set<Promise<void>>();
    const failures: unknown[] = [];
    while (failures.length === 0) {
      const path = flying.size < this.#budget.inFlight ? this.#next() : undefined;
      if (path === undefined) {
        if (flying.size === 0) break;
        await Promise.race(flying);
        continue;
      }
      const witness = this.#world.queryWith(path);
      if (witness === undefined) continue;
      this.runs += 1;
      const flight: Promise<void> = this.#take(path, witness)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => flying.delete(flight));
      flying.add(flight);
    }
    await Promise.all(flying);
    if (failures.length > 0) throw failures[0];
  }

  #next(): Path | undefined {
    if (this.runs >= this.#budget.runs || this.#budget.isOver()) return undefined;
    if (this.#likelyTaken < this.#likely.length) {
      this.#likelyTaken += 1;
      return this.#likely[this.#likelyTaken - 1];
    }
    if (this.#othersTaken === this.#others.length) return undefined;
    this.#othersTaken += 1;
    return this.#others[this.#othersTaken - 1];
  }

  async #take(path: Path, witness: WitnessQuery): Promise<void> {
    const { reads = path, result } = await this.#decide(witness);
    this.leaves.push({ reads, result, witness });
    // A policy that contradicts itself reads something else than it did before: its path is a leaf of another.
    const isAsGiven = path.every(([fact, value], at) => reads[at]?.[0] === fact && reads[at]?.[1] === value);
    if (!isAsGiven) return;
    for (let at = path.length; at < reads.length; at += 1) this.#branch(reads.slice(0, at + 1));
  }

  /** Other paths that part from this one at its last read. */
  #branch(reads: readonly Read[]): void {
    const [fact] = reads.at(-1) ?? [];
    if (fact === undefined) return;
    const before = reads.slice(0, -1);
    const { likely, others, isAll } = this.#world.alternatives(reads);
    if (!isAll) this.sampled.add(fact);
    for (const value of likely) this.#likely.push([...before, [fact, value]]);
    for (const value of others) this.#others.push([...before, [fact, value]]);
  }
}
