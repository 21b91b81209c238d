/**
 * Signs what will be asked for before it is: the sets of each zone that are known when it is loaded, then and
 * whenever a period turns. Zones take turns, set by set, in slices between queries; the budget that is left
 * by queries pays for it.
 */
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop } from '../../base/loop/loop-watch.ts';
import { Line, Link } from '../../base/structures/line.ts';
import type { WireName } from '../../wire/name.ts';
import type { SignatureMemory } from './signature-memory.ts';
import type { SigningBudget } from './signing-budget.ts';
import type { ZoneSigner } from './zone-signer.ts';

/** Milliseconds of one slice, and from its end to the next one. */
const SLICE_MS = 1;
const REST_MS = 3;
/** Milliseconds between two looks for zones whose period has turned: also where the clock was set, or the machine slept. */
const LOOK_MS = 1000;

const SIGNATURES = foreignWork({
  name: 'signatures ahead',
  cause: 'control',
  kind: 'sliced',
  milliseconds: SLICE_MS + 1,
  octets: 65_536,
});

/** An RRset to sign. The owner is in lower case, and the wildcard where a wildcard stands in. */
export interface SetToSign {
  readonly owner: WireName;
  readonly type: number;
  /** The original TTL. */
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
}

class Job extends Link<Job> {
  readonly zone: string;
  readonly signer: ZoneSigner;
  readonly sets: () => Iterable<SetToSign>;
  period = 0;
  #left: Iterator<SetToSign> | undefined;

  constructor(zone: string, signer: ZoneSigner, sets: () => Iterable<SetToSign>) {
    super();
    this.zone = zone;
    this.signer = signer;
    this.sets = sets;
  }

  /** Begins anew with the first set. */
  begin(): void {
    this.period = this.signer.period;
    this.#left = this.sets()[Symbol.iterator]();
  }

  /** Signs the next set, if it is not; returns whether there was one. */
  step(): boolean {
    const next = this.#left?.next();
    if (next === undefined || next.done === true) return false;
    const { owner, type, ttl, rdatas } = next.value;
    this.signer.prepare(owner, owner.length, type, ttl, rdatas);
    return true;
  }

  end(): void {
    this.#left = undefined;
    this.signer.settle();
  }
}

export class SignAhead {
  readonly #memory: SignatureMemory;
  readonly #budget: SigningBudget;
  readonly #onTurn: () => void;
  readonly #jobs = new Set<Job>();
  readonly #waiting = new Line<Job>();
  readonly #look = setInterval(() => this.look(), LOOK_MS).unref();
  #timer: NodeJS.Timeout | undefined;

  /** `onTurn` is told when signatures of a zone are made anew: replies that hold the older ones are out of date. */
  constructor(memory: SignatureMemory, budget: SigningBudget, onTurn: () => void = () => {}) {
    this.#memory = memory;
    this.#budget = budget;
    this.#onTurn = onTurn;
  }

  /** Zones of which not all sets are signed yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Signs the sets of a version of a zone, from now until the returned function is called. `sets` begins
   * anew each time, and each of its steps is short.
   */
  add(zone: string, signer: ZoneSigner, sets: () => Iterable<SetToSign>): () => void {
    const job = new Job(zone, signer, sets);
    this.#jobs.add(job);
    this.#begin(job);
    return () => {
      this.#jobs.delete(job);
      this.#waiting.remove(job);
    };
  }

  /** Begins anew with zones whose period has turned. */
  look(): void {
    let hasTurned = false;
    for (const job of this.#jobs) {
      if (job.signer.period === job.period) continue;
      hasTurned = true;
      if (job.line === undefined) this.#begin(job);
      else job.begin();
    }
    if (hasTurned) this.#onTurn();
    if (this.#memory.hasUnwanted) this.#arm(REST_MS);
  }

  stop(): void {
    clearInterval(this.#look);
    clearTimeout(this.#timer);
    this.#jobs.clear();
    while (this.#waiting.first !== undefined) this.#waiting.remove(this.#waiting.first);
  }

  #begin(job: Job): void {
    job.begin();
    this.#waiting.add(job);
    this.#arm(0);
  }

  #arm(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#slice();
    }, ms).unref();
  }

  #slice(): void {
    const isMarked = loop.begin(SIGNATURES);
    const until = performance.now() + SLICE_MS;
    let who: string | undefined;
    for (let now = 0; now < until && this.#memory.sweep(); ) now = performance.now();
    for (let now = 0; now < until && this.#budget.msUntilSpare === 0; now = performance.now()) {
      const job = this.#waiting.first;
      if (job === undefined) break;
      who ??= job.zone;
      this.#step(job);
    }
    if (isMarked) loop.end(who);
    if (this.#waiting.length > 0 || this.#memory.hasUnwanted) {
      this.#arm(Math.max(REST_MS, this.#budget.msUntilSpare));
    }
  }

  #step(job: Job): void {
    if (job.step()) {
      this.#waiting.add(job);
      return;
    }
    job.end();
    this.#waiting.remove(job);
    if (job.signer.period === job.period) return;
    // It has turned meanwhile.
    this.#begin(job);
    this.#onTurn();
  }
}
