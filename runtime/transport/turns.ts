/**
 * Streams share what UDP leaves of the event loop. All that lies ready in the sockets of hundreds of
 * connections is told in one turn of the loop, and a datagram that comes meanwhile waits for all of
 * it. So each connection does a little at a time, clients in turn (circle.ts), and all of them
 * together {@link SLICE_MS} between two looks at UDP.
 *
 * What is read, decrypted and parsed before we are asked is bounded by the gates (gates.ts): once that has
 * taken {@link READ_MS} in a turn, nothing more is read in it.
 */
import { Circle, type Member } from './circle.ts';
import { type Gate, Gates } from './gates.ts';

/** Milliseconds of work for all streams in one turn. */
export const SLICE_MS = 0.5;
/** The same where datagrams are waiting as well: UDP has most of what there is. */
const CROWDED_MS = 0.1;
/** Datagrams in one turn that make it crowded: half of what is fetched at once (batched-udp.ts). */
const CROWD = 32;
/** Milliseconds from the first stream that is heard of in a turn to the last. */
export const READ_MS = 1;

/** Work of a client's that may never end. */
export interface Worker extends Member {
  /** Does a little of it, a fifth of a millisecond or so; returns whether there is more that can be done now. */
  work(): boolean;
}

/** What the core goes by, for tests to have in hand. */
export interface TurnClock {
  /** Milliseconds. */
  now(): number;
  /** Calls back once all sockets have been looked at: in this turn, or in the next if this is called by a call back. */
  afterLook(callback: () => void): void;
}

const REAL: TurnClock = { now: () => performance.now(), afterLook: (callback) => setImmediate(callback) };

/** One for all streams of a process. */
export class Turns {
  /** Datagrams that came since streams last had their slice; counted by whoever hands them over. */
  datagrams = 0;
  readonly #clock: TurnClock;
  readonly #waiting = new Circle<Worker>();
  readonly #gates = new Gates();
  /** When the first stream was heard of in this turn. */
  #from: number | undefined;
  #isShut = false;
  #isDue = false;

  constructor(clock: TurnClock = REAL) {
    this.#clock = clock;
  }

  /** What it reads is held back where others have taken the time. */
  open(gate: Gate): void {
    this.#gates.add(gate);
    this.heard();
  }

  leave(gate: Gate): void {
    this.#gates.remove(gate);
    this.heard();
  }

  /** To be called when a stream is heard of, whatever it is: octets were read for it, keys made, or it has ended. */
  heard(): void {
    if (this.#from === undefined) {
      this.#from = this.#clock.now();
      this.#schedule();
    } else if (!this.#isShut && this.#elapsed() > READ_MS) {
      this.#isShut = true;
      this.#gates.shut();
    }
  }

  /** Has work done: at once, if nobody waits and there is time in this turn; what is left, in turns to come. */
  want(worker: Worker): void {
    this.heard();
    if (this.#waiting.isEmpty && this.#elapsed() < SLICE_MS && !worker.work()) return;
    this.#waiting.add(worker);
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#clock.afterLook(this.#slice);
  }

  #elapsed(): number {
    return this.#from === undefined ? 0 : this.#clock.now() - this.#from;
  }

  /** At least one works, whatever else has taken time in this turn, or nobody's turn might ever come. */
  readonly #slice = (): void => {
    const now = this.#clock.now();
    const wasLong = this.#from !== undefined && now - this.#from > READ_MS;
    this.#work(now + (this.datagrams >= CROWD ? CROWDED_MS : SLICE_MS));
    this.datagrams = 0;
    this.#gates.reopen(wasLong);
    this.#from = undefined;
    this.#isShut = false;
    this.#isDue = false;
    if (!this.#waiting.isEmpty || this.#gates.areShut) this.#schedule();
  };

  #work(until: number): void {
    for (let worker = this.#waiting.take(); worker !== undefined; worker = this.#waiting.take()) {
      if (worker.work()) this.#waiting.add(worker);
      if (this.#clock.now() >= until) return;
    }
  }
}
