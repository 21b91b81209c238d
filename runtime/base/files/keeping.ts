/**
 * What is kept on the disk for a later start, and without which a server answers all the same. Where it cannot be
 * written, the log says so once, the status as long as it holds, and it is tried again until it comes off.
 *
 * What must not be forgotten is no case for this: that is refused while it cannot be written, and nobody acts on it.
 */
import { Backoff, type BackoffOptions } from '../backoff.ts';
import type { ProblemCode } from '../errors.ts';
import type { Logger } from '../log.ts';
import { systemErrorCode, systemErrorText } from '../system-error.ts';

export interface KeepingOptions {
  /** What is kept, in a word or two, for the log, the status and the metrics: `last good versions`. */
  readonly what: string;
  /** The file or folder that holds it, for the log. */
  readonly place: { readonly file: string } | { readonly folder: string };
  /** What is lost while it cannot be written, as a sentence without its full stop. */
  readonly loss: string;
  readonly log: Logger;
  /** Writes all that could not be written. Rejects, or calls {@link Keeping.failed}, if it still cannot be. */
  readonly again: () => Promise<unknown>;
  readonly code?: ProblemCode;
  /** The setting that names the folder, or that above it. Default: `state`. */
  readonly setting?: string;
  readonly pauses?: BackoffOptions;
}

/** One thing that is not kept at the moment. */
export interface Unkept {
  readonly what: string;
  /** The whole story, with a remedy. */
  readonly message: string;
}

/** Milliseconds: a full disk may have room in a moment, and a disk that is away for days costs little. */
const PAUSES: BackoffOptions = { firstMs: 2000, mostMs: 60_000 };

export class Keeping {
  readonly #options: KeepingOptions;
  readonly #backoff: Backoff;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;
  #isTrying = false;
  #isStopped = false;

  constructor(options: KeepingOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.pauses ?? PAUSES);
  }

  /** Does what writes; returns whether it came off. If not, all is tried again later. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /** Something could not be written, for this reason: the log and the status tell, and it is tried again later. */
  failed(error: unknown): void {
    const { what, loss, place, log, code = 'STATE_UNWRITTEN', setting = 'state' } = this.#options;
    this.#failures += 1;
    const message = `${loss}: ${systemErrorText(error)}. ${remedyOf(error, setting)}`;
    if (!this.#isTold) {
      this.#isTold = true;
      const isBug = systemErrorCode(error) === undefined && error instanceof TypeError;
      log.warn({ code, ...place, ...(isBug && { err: error }) }, message);
    }
    if (this.#isStopped) return;
    troubles.set(this, { what, message });
    this.#arm();
  }

  /** Tries no more: the server ends. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    troubles.delete(this);
  }

  #arm(): void {
    if (this.#isTrying || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#tryAgain(), this.#backoff.next()).unref();
  }

  /** A try that never ends, as the disk hangs, is the last one: each takes one of libuv's few threads. */
  async #tryAgain(): Promise<void> {
    const { what, place, log, again } = this.#options;
    this.#timer = undefined;
    this.#isTrying = true;
    const before = this.#failures;
    await this.attempt(again);
    this.#isTrying = false;
    if (this.#isStopped) return;
    if (this.#failures !== before) return this.#arm();
    troubles.delete(this);
    this.#isTold = false;
    this.#backoff.reset();
    log.info(place, `What could not be written is written now: ${what}`);
  }
}

/** All that this process cannot keep at the moment. */
export function unkept(): readonly Unkept[] {
  return [...troubles.values()];
}

const troubles = new Map<Keeping, Unkept>();

const ELSEWHERE: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on its disk',
  EDQUOT: 'Make room on its disk',
  EIO: 'Look after the disk',
};
const REMEDIES: Readonly<Record<string, string>> = {
  EMFILE: 'Let dnsteer open more files (ulimit -n, LimitNOFILE)',
  ENFILE: 'Let the system open more files (fs.file-max)',
};

function remedyOf(error: unknown, setting: string): string {
  const code = systemErrorCode(error) ?? '';
  const known = REMEDIES[code];
  if (known !== undefined) return known;
  const here = ELSEWHERE[code];
  return here === undefined
    ? `Make it writable for dnsteer, or set "${setting}" to a folder that is`
    : `${here}, or set "${setting}" to a folder on another`;
}
