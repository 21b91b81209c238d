/**
 * How much of a sandbox one policy may occupy at a time. Requests are handled in the order they were
 * sent, so a policy that had many slow ones sent would make all others wait for them. Of each policy only
 * about a millisecond's work is sent at once; what is beyond that waits here, and delays no other policy.
 */
import { RequestQueue } from './request-queue.ts';

/** Work of one policy that may be on its way, and more than one request of it only within this. */
const WINDOW_MICROS = 1000;
/** Requests on their way however quick they are. */
const MOST_SENT = 256;
/** Of a policy that has not run yet. */
const FIRST_GUESS_MICROS = 50;
/** A new run weighs one part in so many. */
const MEMORY = 8;

/** One policy's share in the process that serves. */
export class FairShare<Run> {
  /** Runs that are yet to be sent. */
  readonly waiting = new RequestQueue<Run>();
  #micros = FIRST_GUESS_MICROS;
  #sent = 0;

  /** Whether one more may be sent. One always may: a slow policy is not a stopped one. */
  get admits(): boolean {
    return this.#sent === 0 || (this.#sent < MOST_SENT && (this.#sent + 1) * this.#micros <= WINDOW_MICROS);
  }

  /** What all that waits is expected to take. */
  get waitingMicros(): number {
    return this.waiting.size * this.#micros;
  }

  noteSent(): void {
    this.#sent += 1;
  }

  /** One that was sent has its reply, and took so long; `undefined` if it did not run. */
  noteReply(micros: number | undefined): void {
    this.#sent = Math.max(0, this.#sent - 1);
    if (micros !== undefined) this.#micros += (micros - this.#micros) / MEMORY;
  }

  /** The process is another one: nothing is on its way. */
  reset(): void {
    this.#sent = 0;
  }
}
