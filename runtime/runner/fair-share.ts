/**
 * How much of a sandbox one policy may occupy at a time. A sandbox handles requests in the order they were
 * sent, so a policy with many slow runs would make all others wait for them. Each policy has only about a
 * millisecond's work sent at once; its other runs wait here, and delay no other policy.
 */
import { Queue } from '../base/structures/queue.ts';

/** Work of one policy that may be on its way. A policy has more than one run on its way only within this. */
const WINDOW_MICROS = 1000;
/** Runs of one policy that may be on their way, however quick they are. */
const MOST_SENT = 256;
/** What a run of a policy that has not run yet is expected to take. */
const FIRST_GUESS_MICROS = 50;
/** A policy is quick whose runs take so little, once so many of them were seen. */
const QUICK_MICROS = 200;
const LEAST_RUNS = 16;
/** A new run weighs one part in so many in the average. */
const MEMORY = 8;

/** One policy's share in the process that serves. */
export class FairShare<Run> {
  /** Runs that are yet to be sent. */
  readonly waiting = new Queue<Run>();
  readonly #windowMicros: number;
  #micros = FIRST_GUESS_MICROS;
  #sent = 0;
  #runs = 0;

  /** `isAlone`: no policy in use waits for the runs of this one, as it is on trial. */
  constructor(isAlone = false) {
    this.#windowMicros = isAlone ? Number.POSITIVE_INFINITY : WINDOW_MICROS;
  }

  /** Whether the runs take so little that several together are over in no time. */
  get isQuick(): boolean {
    return this.#runs >= LEAST_RUNS && this.#micros <= QUICK_MICROS;
  }

  /** Whether one more run may be sent. One always may: a slow policy still runs. */
  get admits(): boolean {
    if (this.#sent === 0) return true;
    return this.#sent < MOST_SENT && (this.#sent + 1) * this.#micros <= this.#windowMicros;
  }

  /** What all waiting runs are expected to take. */
  get waitingMicros(): number {
    return this.waiting.size * this.#micros;
  }

  noteSent(): void {
    this.#sent += 1;
  }

  /** Notes the reply to a run that was sent. `micros`: what the run took; `undefined` if it did not run. */
  noteReply(micros: number | undefined): void {
    this.#sent = Math.max(0, this.#sent - 1);
    if (micros === undefined) return;
    this.#micros += (micros - this.#micros) / MEMORY;
    this.#runs += 1;
  }

  /** Notes that another process serves: no run is on its way. */
  reset(): void {
    this.#sent = 0;
  }
}
