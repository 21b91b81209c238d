/** The bridge to BIRD as control starts it: a process that goes on where control dies, and is started anew where it dies. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Backoff } from '../../base/backoff.ts';
import type { Logger } from '../../base/log.ts';
import type { SocketAddress } from '../../base/net/socket-address.ts';
import { bareEnvironment } from '../../base/process/outside-program.ts';
import type { BirdPlace } from './bridge/bird-hand.ts';

/** What the process is given as its argument. */
export interface BirdBridgeSettings {
  readonly socket: string;
  readonly bird: BirdPlace;
  readonly listen: readonly SocketAddress[];
  readonly prefixes: readonly string[];
}

const ENTRY = fileURLToPath(
  new URL(`../../processes/announce-process${path.extname(import.meta.url)}`, import.meta.url),
);
const PAUSES = { firstMs: 500, mostMs: 30_000 };

export class BirdBridge {
  readonly #log: Logger;
  readonly #backoff = new Backoff(PAUSES);
  #settings: BirdBridgeSettings | undefined;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isChanging = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, unless it runs with these settings; one with others ends first. `dismiss` has it leave all as it is. */
  use(settings: BirdBridgeSettings | undefined, dismiss: () => void): void {
    const before = this.#settings;
    if (isDeepStrictEqual(settings, before)) return;
    this.#settings = settings;
    if (this.#child === undefined) this.#begin();
    else {
      this.#isChanging = true;
      // Routes stay where only something else changes; files that nobody looks after any more must not hold any.
      if (isDeepStrictEqual(settings?.bird, before?.bird)) dismiss();
      else this.#child.kill('SIGTERM');
    }
  }

  /** It is told to leave over its socket. */
  stop(): void {
    this.#settings = undefined;
    clearTimeout(this.#timer);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    if (this.#settings === undefined) return;
    // A process group of its own: signals to that of the terminal are for control.
    const child = fork(ENTRY, [JSON.stringify(this.#settings)], {
      detached: true,
      env: bareEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.disconnect();
    child.unref();
    child.on('error', (err) => this.#log.error({ err }, 'The bridge to BIRD cannot be started'));
    child.on('exit', (code, signal) => this.#ended(code, signal));
  }

  #ended(code: number | null, signal: string | null): void {
    this.#child = undefined;
    if (this.#settings === undefined) return;
    if (this.#isChanging) {
      this.#isChanging = false;
      this.#begin();
      return;
    }
    const pause = this.#backoff.next();
    this.#log.error({ code, signal }, `The bridge to BIRD has ended; another begins in ${pause} ms`);
    this.#timer = setTimeout(() => this.#begin(), pause).unref();
  }
}
