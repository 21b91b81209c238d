/**
 * The sandbox process that serves, and a spare that waits to take its place. Node needs a tenth of a
 * second to start, twice a query's deadline: without the spare, fallbacks would answer all queries that
 * queued behind a crash.
 *
 * A successor starts at once, unless processes keep ending before they have been of any use. Where the
 * spare has just taken over, the next spare leaves the processors to it for a moment.
 */
import { Backoff } from '../../base/backoff.ts';
import type { SandboxChild } from './child.ts';
import type { SandboxSettings } from './program.ts';
import { type SandboxEvents, SandboxProcess, type SandboxReply } from './sandbox-process.ts';

/** For so long the next spare leaves the processors to the runs that queued behind the lost process. */
const RELIEF_MS = 50;
/** A process that is not ready by then was stopped, or never will be ready. */
const START_MS = 30_000;

/** Callbacks of a pair. */
export interface SandboxPairEvents {
  /** This process serves from now on. */
  onActive(process: SandboxProcess): void;
  /** The process that serves replied. Returns what is wrong with the reply, if anything. */
  onReply(reply: SandboxReply): string | undefined;
  /** The spare is ready and waits; `onActive` follows when it takes over. */
  onSpare(process: SandboxProcess): void;
  /** The spare replied. Returns what is wrong with the reply, if anything. */
  onSpareReply(reply: SandboxReply): string | undefined;
  /** Called again and again with the megabytes that the process that serves uses. */
  onMemory(usedMb: number): void;
  onSpareLost(why: string, isForeign: boolean): void;
  /** The process that served does so no longer. `onActive` follows, at once if the spare is ready. */
  onLost(process: SandboxProcess, why: string, isForeign: boolean): void;
  /** A process is gone; `how` says in words how it ended. */
  onExit(process: SandboxProcess, how: string): void;
}

export interface SandboxPairOptions {
  readonly withSpare: boolean;
  readonly spawn: () => SandboxChild;
  readonly settings: SandboxSettings;
}

export class SandboxPair {
  readonly #events: SandboxPairEvents;
  readonly #options: SandboxPairOptions;
  readonly #backoff = new Backoff();
  readonly #running = new Set<SandboxProcess>();
  #active: SandboxProcess | undefined;
  /** The spare: it is starting, or ready and waiting. */
  #spare: SandboxProcess | undefined;
  #pause: NodeJS.Timeout | undefined;
  /** Whether the process that serves has been of any use, and whether the last one lost was of none. */
  #useful = false;
  #failing = false;
  #stopping = false;

  constructor(events: SandboxPairEvents, options: SandboxPairOptions) {
    this.#events = events;
    this.#options = options;
  }

  start(): void {
    this.#spawnSoon();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#pause);
    for (const process of this.#running) process.kill();
    await Promise.all([...this.#running].map((process) => process.exited));
  }

  /** Notes that the process that serves has been of use: if it ends, the next may start at once. */
  praise(): void {
    if (this.#useful) return;
    this.#useful = true;
    this.#failing = false;
    this.#backoff.reset();
  }

  #spawnSoon(reliefMs = 0): void {
    if (this.#stopping || this.#spare !== undefined || this.#pause !== undefined) return;
    const pauseMs = this.#failing ? this.#backoff.next() : reliefMs;
    if (pauseMs === 0) {
      this.#spawn();
      return;
    }
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#spawn();
    }, pauseMs);
  }

  #spawn(): void {
    const { spawn, settings } = this.#options;
    const process = new SandboxProcess(this.#processEvents, spawn(), settings);
    this.#spare = process;
    this.#running.add(process);
    const late = setTimeout(() => {
      if (!process.isReady) process.giveUp('it did not start in time');
    }, START_MS).unref();
    void process.exited.then((how) => {
      clearTimeout(late);
      this.#running.delete(process);
      this.#events.onExit(process, how);
    });
  }

  #promote(reliefMs = 0): void {
    const spare = this.#spare;
    if (spare === undefined || !spare.isReady) {
      this.#spawnSoon();
      return;
    }
    this.#spare = undefined;
    this.#active = spare;
    this.#useful = false;
    if (this.#options.withSpare) this.#spawnSoon(reliefMs);
    this.#events.onActive(spare);
  }

  readonly #processEvents: SandboxEvents = {
    onReady: () => {
      if (this.#active === undefined) this.#promote();
      else if (this.#spare !== undefined) this.#events.onSpare(this.#spare);
    },
    onReply: (process, reply) =>
      process === this.#active ? this.#events.onReply(reply) : this.#events.onSpareReply(reply),
    onMemory: (process, usedMb) => {
      if (process === this.#active) this.#events.onMemory(usedMb);
    },
    onLost: (process, why, isForeign) => {
      if (process === this.#active) {
        this.#active = undefined;
        this.#failing = !this.#useful;
        this.#events.onLost(process, why, isForeign);
        this.#promote(RELIEF_MS);
      } else if (process === this.#spare) {
        this.#spare = undefined;
        this.#failing = true;
        this.#events.onSpareLost(why, isForeign);
        this.#spawnSoon();
      }
    },
  };
}
