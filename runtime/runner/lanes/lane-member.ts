/** One version of a policy, whichever sandbox it runs in, and what it takes of that one's time. */
import type { Script } from '../../rpc/script.ts';
import type { Charges } from '../charges.ts';
import type { LoadLimits, LoadOutcome } from '../runs-and-loads.ts';

/** A hog uses more than this part of the sandbox's time, ... */
const MOST_SHARE = 0.25;
const WINDOW_MS = 1000;
/** ... with runs that are slow: many quick ones are just many queries. */
const SLOW_MICROS = 1000;

export interface LaneMember {
  readonly script: Script;
  readonly limits: LoadLimits;
  readonly charges: Charges;
  /** It is dear to load: its home is the third sandbox, and not the shared one. */
  isHeavy: boolean;
  /** How it is loaded there, after it was stopped in the shared one. */
  movedHome: Promise<LoadOutcome> | undefined;
  lane: 'home' | 'moving' | 'apart';
  /** When its probation ends. */
  until: number;
  time: LaneTime;
}

/** What the runs of a version took since a window began, and how many there were. */
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
