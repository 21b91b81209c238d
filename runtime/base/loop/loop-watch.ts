/**
 * Watches the event loop of an answer process: how much CPU time each turn takes, how late timers are, and
 * which work made a turn too long.
 *
 * A turn is measured from its first piece of foreign work (foreign-work.ts) to the first piece in a later
 * turn; other work in between is spread over all turns between the two. To measure one costs as much as to answer
 * a query, so short turns are measured together until they have taken half a millisecond: none of them is a stall.
 */
import process from 'node:process';
import { Histogram, type HistogramData } from '../meter.ts';
import { type ForeignWork, foreignWork, MOST_WORKS } from './foreign-work.ts';

/** A turn of so many CPU seconds is a stall. */
export const STALL_SECONDS = 0.015;
/** Milliseconds of turns that are measured together, without those in which the loop waits. */
const TOGETHER_MS = 0.5;
/**
 * Milliseconds between two measurements of how late timers are; each also ends a turn that no work follows.
 */
const LOOK_MS = 20;
/**
 * Milliseconds after a stall in which each piece of work names its zone or client, to blame the next stall
 * on.
 */
const CLOSE_MS = 10_000;
/** Milliseconds between two reports of stalls. */
const TELL_MS = 1_000;

const LOOK = foreignWork({
  name: 'timers',
  cause: 'stranger',
  kind: 'constant',
  milliseconds: 0.1,
  octets: 0,
});

/** A turn that took too long; it stands for all stalls since the last report. */
export interface Stall {
  /** Name of the foreign work that took most of the turn; absent if there was none. */
  readonly work?: string;
  /** The zone or client that the longest piece of that work was for, if known. */
  readonly who?: string;
  /** CPU milliseconds of the turn. */
  readonly cpuMs: number;
  /** Stalls since the last report, this one included. */
  readonly count: number;
}

export interface LoopStats {
  /** CPU time of turns. */
  readonly turnSeconds: HistogramData;
  /** How late timers were. */
  readonly delaySeconds: HistogramData;
  /** The longest turn and delay since the process began to answer. */
  readonly longestTurnSeconds: number;
  readonly longestDelaySeconds: number;
  readonly stalls: number;
}

/** The clock of the watch, which tests replace. */
export interface LoopClock {
  /** Milliseconds that only go up. */
  readonly now: () => number;
  /** Of these, those in which the loop did not wait for events. */
  readonly activeMs: () => number;
  /** CPU microseconds of this thread. */
  readonly cpuMicros: () => number;
  /** Turns of the loop so far. */
  readonly turns: () => number;
}

export class LoopWatch {
  readonly #clock: LoopClock;
  readonly #turnSeconds = new Histogram();
  readonly #delaySeconds = new Histogram();
  /** Of this turn, by kind of work: milliseconds, those of the longest piece, and its zone or client. */
  readonly #took = new Float64Array(MOST_WORKS);
  readonly #longest = new Float64Array(MOST_WORKS);
  readonly #whose: (string | undefined)[] = [];
  readonly #works: (ForeignWork | undefined)[] = [];
  #onStall: ((stall: Stall) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: ForeignWork | undefined;
  #who: string | undefined;
  #whoTook = 0;
  #since = 0;
  #turn = 0;
  /** What the clocks said when turns were last measured. */
  #activeMs = 0;
  #cpuMicros = 0;
  #longestTurn = 0;
  #longestDelay = 0;
  #stalls = 0;
  #untold = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #closeUntil = Number.NEGATIVE_INFINITY;
  #lookedAt = 0;
  /** Whether pieces of work name their zone or client ({@link concern}). */
  isClose = false;

  constructor(clock: LoopClock = REAL_CLOCK) {
    this.#clock = clock;
  }

  /** Watches from now on, so that the start of the process does not count. */
  start(onStall: (stall: Stall) => void): void {
    this.#onStall = onStall;
    this.#turn = this.#clock.turns();
    this.#activeMs = this.#clock.activeMs();
    this.#cpuMicros = this.#clock.cpuMicros();
    this.#lookedAt = this.#clock.now();
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#onStall = undefined;
  }

  /**
   * Begins a piece of foreign work; a piece within another is part of it. Returns whether to call {@link
   * end}.
   */
  begin(work: ForeignWork): boolean {
    if (this.#work !== undefined || this.#onStall === undefined) return false;
    const activeMs = this.#clock.activeMs();
    if (activeMs - this.#activeMs > TOGETHER_MS && this.#clock.turns() !== this.#turn)
      this.#endTurn(activeMs);
    this.#work = work;
    this.#who = undefined;
    this.#whoTook = 0;
    this.#since = this.#clock.now();
    return true;
  }

  /** Ends the piece. `who` is its zone or client, unless {@link concern} has named one. */
  end(who?: string): void {
    const work = this.#work;
    if (work === undefined) return;
    this.#work = undefined;
    const took = this.#clock.now() - this.#since;
    const { index } = work;
    this.#works[index] = work;
    this.#took[index] = (this.#took[index] ?? 0) + took;
    if (took <= (this.#longest[index] ?? 0)) return;
    this.#longest[index] = took;
    this.#whose[index] = this.#who ?? who;
  }

  /** Notes that so many milliseconds of the piece were for a zone or client; called while {@link isClose}. */
  concern(who: string, milliseconds: number): void {
    if (milliseconds <= this.#whoTook) return;
    this.#who = who;
    this.#whoTook = milliseconds;
  }

  /** Measures how late the watch's own timer is. */
  look(): void {
    const now = this.#clock.now();
    const delay = Math.max(0, now - this.#lookedAt - LOOK_MS);
    this.#lookedAt = now;
    this.#delaySeconds.observe(delay / 1000);
    this.#longestDelay = Math.max(this.#longestDelay, delay / 1000);
    this.isClose = now < this.#closeUntil;
    if (this.begin(LOOK)) this.end();
  }

  stats(): LoopStats {
    return {
      turnSeconds: this.#turnSeconds.data(),
      delaySeconds: this.#delaySeconds.data(),
      longestTurnSeconds: this.#longestTurn,
      longestDelaySeconds: this.#longestDelay,
      stalls: this.#stalls,
    };
  }

  #endTurn(activeMs: number): void {
    const cpuMicros = this.#clock.cpuMicros();
    const seconds = this.#longestOf((cpuMicros - this.#cpuMicros) / 1e6, this.#clock.turns() - this.#turn);
    this.#turnSeconds.observe(seconds);
    if (seconds > this.#longestTurn) this.#longestTurn = seconds;
    if (seconds > STALL_SECONDS) this.#noteStall(seconds);
    this.#took.fill(0);
    this.#longest.fill(0);
    this.#turn = this.#clock.turns();
    this.#activeMs = activeMs;
    this.#cpuMicros = cpuMicros;
  }

  /**
   * Estimates the longest of several turns that together took so long; the first of them had all pieces of
   * work.
   */
  #longestOf(seconds: number, turns: number): number {
    if (turns === 1) return seconds;
    const pieces = Math.min(seconds, this.#took.reduce((sum, took) => sum + took) / 1000);
    return pieces + (seconds - pieces) / turns;
  }

  #noteStall(seconds: number): void {
    const now = this.#clock.now();
    this.#stalls += 1;
    this.#untold += 1;
    this.#closeUntil = now + CLOSE_MS;
    this.isClose = true;
    if (now - this.#toldAt < TELL_MS) return;
    const culprit = this.#took.indexOf(Math.max(...this.#took));
    const work = (this.#took[culprit] ?? 0) > 0 ? this.#works[culprit]?.name : undefined;
    const who = work === undefined ? undefined : this.#whose[culprit];
    this.#onStall?.({
      ...(work !== undefined && { work }),
      ...(who !== undefined && { who }),
      cpuMs: Math.round(1000 * seconds),
      count: this.#untold,
    });
    this.#toldAt = now;
    this.#untold = 0;
  }
}

/** Turns of this process's loop, as libuv counts them. */
export function turnsSoFar(): number {
  return performance.nodeTiming.uvMetricsInfo.loopCount;
}

const REAL_CLOCK: LoopClock = {
  now: () => performance.now(),
  activeMs: () => performance.eventLoopUtilization().active,
  cpuMicros: () => {
    // This call makes the kernel update the CPU time of the thread, which is a tick old otherwise.
    process.cpuUsage();
    const { user, system } = process.threadCpuUsage();
    return user + system;
  },
  turns: turnsSoFar,
};

/** The watch of this process, which has one loop. */
export const loop = new LoopWatch();
