/**
 * Streams share what UDP leaves of the event loop. All that lies ready in the sockets of hundreds of
 * connections is told in one turn of the loop, and a datagram that comes meanwhile waits for all of
 * it. So each connection does a little at a time, clients in turn (circle.ts), and all of them
 * together {@link SLICE_MS} between two looks at UDP.
 *
 * What is read, decrypted and parsed before we are asked is bounded by the gates (gates.ts): once that has
 * taken {@link READ_MS} in a turn, nothing more is read in it.
 */
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop } from '../../base/loop/loop-watch.ts';
import { Circle, type Member } from './circle.ts';
import { type Gate, Gates } from './gates.ts';

/** Milliseconds of work for all streams in one turn. */
export const SLICE_MS = 1;
/** The same where datagrams come now and then: each waits for half of it. */
export const SHARED_MS = 0.3;
/** Milliseconds without a datagram, after which streams have the loop for themselves. */
export const QUIET_MS = 50;
/** The same where datagrams come faster than they can be fetched: UDP has most of what there is. */
const CROWDED_MS = 0.1;
/** Datagrams in one turn that make it crowded: half of what is fetched at once (batched-udp.ts). */
const CROWD = 32;
/** Milliseconds from the first stream that is heard of in a turn to the last. */
export const READ_MS = 1;

const STREAMS = foreignWork({
  name: 'streams',
  cause: 'stranger',
  kind: 'sliced',
  // The slice, and what whoever is last in it begins before its end.
  milliseconds: SLICE_MS + 0.5,
  // Of one connection, over HTTPS: a chunk it works on, and two that its socket may have taken before it was stopped. Others
  // take less: 80 KiB over TCP, and what was read in one go of 64 KiB more over TLS.
  octets: 3 << 16,
});

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
  /** When the first stream was heard of in this turn, or the last that any was heard of in: milliseconds of the clock. */
  startedAt = 0;
  readonly #udp: { readonly datagrams: number };
  readonly #clock: TurnClock;
  readonly #waiting = new Circle<Worker>();
  readonly #gates = new Gates();
  #hasStarted = false;
  #isShut = false;
  #isDue = false;
  /** Datagrams there had been when streams last had their slice, and when some last came. */
  #datagrams = 0;
  #datagramAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds for streams in this turn. */
  #share = SLICE_MS;

  /** `udp` counts all datagrams that come. */
  constructor(udp: { readonly datagrams: number }, clock: TurnClock = REAL) {
    this.#udp = udp;
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
    this.#heard();
  }

  /**
   * Has work done: at once, if nobody waits and there is time in this turn; what is left, in turns to
   * come. Returns whether it was begun.
   */
  want(worker: Worker): boolean {
    const elapsed = this.#heard();
    const isTime = this.#waiting.isEmpty && elapsed < this.#share;
    if (!isTime || this.#begin(worker, elapsed)) this.#waiting.add(worker);
    return isTime;
  }

  /** Milliseconds since the first stream was heard of in this turn. */
  #heard(): number {
    const now = this.#clock.now();
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      this.startedAt = now;
      this.#schedule();
      return 0;
    }
    const elapsed = now - this.startedAt;
    if (elapsed <= READ_MS) return elapsed;
    if (this.#isShut) this.#gates.shutFresh();
    else this.#gates.shut();
    this.#isShut = true;
    return elapsed;
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#clock.afterLook(this.#slice);
  }

  /** At least one works, whatever else has taken time in this turn, or nobody's turn might ever come. */
  readonly #slice = (): void => {
    const now = this.#clock.now();
    const wasLong = this.#hasStarted && now - this.startedAt > READ_MS;
    this.#share = this.#shareAt(now);
    this.#work(now + this.#share);
    this.#gates.reopen(wasLong);
    this.#hasStarted = false;
    this.#isShut = false;
    this.#isDue = false;
    if (!this.#waiting.isEmpty || this.#gates.areShut) this.#schedule();
  };

  #shareAt(now: number): number {
    const came = this.#udp.datagrams - this.#datagrams;
    this.#datagrams = this.#udp.datagrams;
    if (came > 0) this.#datagramAt = now;
    if (came >= CROWD) return CROWDED_MS;
    return now - this.#datagramAt < QUIET_MS ? SHARED_MS : SLICE_MS;
  }

  #work(until: number): void {
    const isMarked = loop.begin(STREAMS);
    let from = this.#clock.now();
    for (let worker = this.#waiting.take(); worker !== undefined; worker = this.#waiting.take()) {
      if (worker.work()) this.#waiting.add(worker);
      const now = this.#clock.now();
      if (loop.isClose) loop.concern(worker.client, now - from);
      if (now >= until) break;
      from = now;
    }
    if (isMarked) loop.end();
  }

  /** To mark each piece would cost more than most of them: the first in a turn stands for all, until it matters whose they are. */
  #begin(worker: Worker, elapsed: number): boolean {
    const isMarked = (elapsed === 0 || loop.isClose) && loop.begin(STREAMS);
    const isLeft = worker.work();
    if (isMarked) loop.end(worker.client);
    return isLeft;
  }
}
