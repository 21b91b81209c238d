/** One version of a policy, whichever sandbox it runs in, and how much of that sandbox's time it takes. */
import type { Script } from '../../rpc/script.ts';
import type { Charges } from '../charges.ts';
import type { LoadLimits, LoadOutcome } from '../runs-and-loads.ts';

/** A hog takes more than this part of its sandbox's time, ... */
const MOST_SHARE = 0.25;
const WINDOW_MS = 1000;
/** ... with runs that are slow: many quick ones are just many queries. */
const SLOW_MICROS = 1000;

export interface LaneMember {
  readonly script: Script;
  readonly limits: LoadLimits;
  readonly charges: Charges;
  /** Whether the version is dear to load, or may run long: then its home is the third sandbox, and not the shared one. */
  isHeavy: boolean;
  /** Outcome of its load in the third sandbox, after its load was stopped in the shared one. */
  movedHome: Promise<LoadOutcome> | undefined;
  lane: 'home' | 'moving' | 'apart';
  /** When the version's probation ends. */
  until: number;
  time: LaneTime;
}

/** How long the runs of a version took in the current window, and how many there were. */
export class LaneTime {
  #micros = 0;
  #runs = 0;
  #from = performance.now();

  /** Counts a run. Returns whether the version takes too large a part of the time. */
  isHog(micros: number, now: number): boolean {
    if (now - this.#from > WINDOW_MS) {
      this.#from = now;
      this.#micros = 0;
      this.#runs = 0;
    }
    this.#micros += micros;
    this.#runs += 1;
    return this.#micros > 1000 * WINDOW_MS * MOST_SHARE && this.#micros > this.#runs * SLOW_MICROS;
  }
}
