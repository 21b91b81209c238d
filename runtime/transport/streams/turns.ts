/**
 * Streams share what UDP leaves of the event loop. One turn of the loop delivers all that lies ready in the
 * sockets of hundreds of connections, and a datagram that comes meanwhile waits for all of it. So each
 * connection does a little at a time, clients in turn (circle.ts), and all of them together work {@link
 * SLICE_MS} between two looks at UDP.
 *
 * The gates (gates.ts) bound what Node reads and decrypts before our code runs: once that has taken
 * {@link READ_MS} in a turn, nothing more is read in it.
 */
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop } from '../../base/loop/loop-watch.ts';
import { Circle, type Member } from './circle.ts';
import { type Gate, Gates } from './gates.ts';

/** Milliseconds of work for all streams in one turn. */
export const SLICE_MS = 1;
/** Milliseconds for streams while datagrams come now and then: each datagram waits for half of it. */
const SHARED_MS = 0.3;
/** Milliseconds without a datagram, after which streams have the whole loop. */
export const QUIET_MS = 50;
/**
 * Milliseconds for streams while datagrams come faster than they can be fetched: UDP gets most of the loop.
 */
const CROWDED_MS = 0.1;
/** Datagrams in one turn that make it crowded: half of what one fetch brings at most (batched-udp.ts). */
const CROWD = 32;
/** Milliseconds in a turn from the first event of a stream, after which no stream is read. */
export const READ_MS = 1;
/** Milliseconds in a turn after which streams that were to be read in it are not read either, but for one. */
const LONG_MS = 2 * READ_MS;

const STREAMS = foreignWork({
  name: 'streams',
  cause: 'stranger',
  kind: 'sliced',
  // The slice, and the work that the last connection in it begins before its end.
  milliseconds: SLICE_MS + 0.5,
  // For one connection over TLS or HTTPS, of which one read brings up to 64 KiB; 80 KiB over TCP.
  octets: 3 << 16,
});

/** Work of a client that may never end. */
export interface Worker extends Member {
  /** Works for a fifth of a millisecond or so; returns whether there is more that can be done now. */
  work(): boolean;
}

/** The clock and the event loop, which tests replace. */
export interface TurnClock {
  /** The time in milliseconds. */
  now(): number;
  /**
   * Calls back once libuv has polled all sockets: in this turn, or in the next one if called from such a
   * callback.
   */
  afterLook(callback: () => void): void;
}

const REAL: TurnClock = { now: () => performance.now(), afterLook: (callback) => setImmediate(callback) };

/** Gives turns to all streams of a process. */
export class Turns {
  /**
   * When the first event of a stream came in this turn, or in the last turn that had one: milliseconds of the
   * clock.
   */
  startedAt = 0;
  readonly #udp: { readonly datagrams: number };
  readonly #clock: TurnClock;
  readonly #waiting = new Circle<Worker>();
  readonly #gates = new Gates();
  /** Milliseconds of this turn that are spoken for, after {@link owe}. */
  #owed = 0;
  #hasStarted = false;
  #isShut = false;
  #isDue = false;
  /** How many datagrams had come at the last slice of streams, and when the last of them came. */
  #datagrams = 0;
  #datagramAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds for streams in this turn. */
  #share = SLICE_MS;

  /** `udp`: the counter of all datagrams that come. */
  constructor(udp: { readonly datagrams: number }, clock: TurnClock = REAL) {
    this.#udp = udp;
    this.#clock = clock;
  }

  /** Adds a stream; it is not read while other streams have used up the time of a turn. */
  open(gate: Gate): void {
    this.#gates.add(gate);
    this.heard();
  }

  leave(gate: Gate): void {
    this.#gates.remove(gate);
    this.heard();
  }

  /** Called at every event of a stream: octets were read for it, keys were made, or it has ended. */
  heard(): void {
    this.#heard();
  }

  /** Notes milliseconds that what was just done for a client will take later in this turn. */
  owe(milliseconds: number): void {
    this.#owed += milliseconds;
  }

  /**
   * Lets a connection work: at once, if no other waits and there is time in this turn; the rest in turns to
   * come. Returns whether it has begun.
   */
  want(worker: Worker): boolean {
    const elapsed = this.#heard();
    const isTime = this.#waiting.isEmpty && elapsed + this.#owed < this.#share;
    if (!isTime || this.#begin(worker, elapsed)) this.#waiting.add(worker);
    return isTime;
  }

  /** Notes an event of a stream; returns milliseconds since the first one in this turn. */
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
    if (this.#isShut) this.#gates.shutFresh(elapsed > LONG_MS);
    else this.#gates.shut();
    this.#isShut = true;
    return elapsed;
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#clock.afterLook(this.#slice);
  }

  /**
   * At least one connection works, whatever else took time in this turn: otherwise no connection might ever
   * have its turn.
   */
  readonly #slice = (): void => {
    const now = this.#clock.now();
    const wasLong = this.#hasStarted && now - this.startedAt > READ_MS;
    this.#share = this.#shareAt(now);
    this.#work(now + this.#share);
    this.#owed = 0;
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
      if (now + this.#owed >= until) break;
      from = now;
    }
    if (isMarked) loop.end();
  }

  /**
   * Marking each piece of work would cost more than most pieces: the first in a turn stands for all, unless
   * the loop watch needs to know whose each one is.
   */
  #begin(worker: Worker, elapsed: number): boolean {
    const isMarked = (elapsed === 0 || loop.isClose) && loop.begin(STREAMS);
    const isLeft = worker.work();
    if (isMarked) loop.end(worker.client);
    return isLeft;
  }
}
