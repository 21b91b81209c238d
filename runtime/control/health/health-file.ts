/**
 * What is known of health, kept in the state folder for the next start: who is known to be down is not answered until
 * the first probe says so again. Each verdict has its age, and one that is too old says nothing (health/memory.ts).
 */
import path from 'node:path';
import { linesOf, objectInLine } from '../../base/files/json-line.ts';
import { Keeping } from '../../base/files/keeping.ts';
import { fileProblemText, readTextSync } from '../../base/files/read-file.ts';
import { makeFolders, replaceFile } from '../../base/files/replace-file.ts';
import type { Logger } from '../../base/log.ts';
import type { StateChange } from '../../health/health-listeners.ts';
import type { HealthMemory, KeptVerdict } from '../../health/memory.ts';

/** Milliseconds from one time that changes are kept to the next. */
const GATHER_MS = 1000;
/** How much longer than a write, which holds control up, the pause before the next is at least. */
const PAUSES = 20;
/** Milliseconds for which the first of them waits for others. */
const TOGETHER_MS = 20;
/** Milliseconds after which the ages are kept anew. */
const RENEW_MS = 60_000;
const MOST_OCTETS = 64 * 2 ** 20;

export class HealthFile {
  readonly #file: string;
  readonly #memory: HealthMemory;
  readonly #log: Logger;
  readonly #keeping: Keeping;
  #gathering: NodeJS.Timeout | undefined;
  #renewing: NodeJS.Timeout | undefined;
  #keptAt = Number.NEGATIVE_INFINITY;
  /** Of the octets of the last write. */
  #tookMs = 0;
  /** The write that goes on. */
  #writing: Promise<unknown> = Promise.resolve();
  /** Whether there is, or was, anything to keep. */
  #isUsed = false;

  constructor(file: string, memory: HealthMemory, log: Logger) {
    this.#file = file;
    this.#memory = memory;
    this.#log = log;
    this.#keeping = new Keeping({
      what: 'states of health',
      place: { file },
      loss: 'States of health cannot be kept, and are lost at the next start',
      log,
      again: () => this.#write(),
    });
  }

  /** Reads what the last server knew, and keeps it up to date from now on. */
  start(): void {
    this.#memory.inherit(this.#read());
    this.#renewing = setInterval(() => this.#keep(), RENEW_MS).unref();
  }

  /** Has a change kept soon. */
  note({ state, isRecalled }: Pick<StateChange, 'state' | 'isRecalled'>): void {
    if (state === 'unknown' || state === 'gone' || isRecalled === true) return;
    this.#isUsed = true;
    const pause = Math.max(GATHER_MS, PAUSES * this.#tookMs);
    const wait = Math.max(TOGETHER_MS, this.#keptAt + pause - performance.now());
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#keep();
    }, wait).unref();
  }

  /** Keeps what is known a last time. */
  async stop(): Promise<void> {
    clearTimeout(this.#gathering);
    clearInterval(this.#renewing);
    this.#keep();
    await this.#writing;
    this.#keeping.stop();
  }

  #keep(): void {
    if (!this.#isUsed) return;
    this.#keptAt = performance.now();
    this.#writing = this.#writing.then(() => this.#keeping.attempt(() => this.#write()));
  }

  async #write(): Promise<void> {
    const began = performance.now();
    const kept = this.#memory.kept(Date.now());
    const whole = kept.map(({ owner, probed, state, since, at }) => ({
      owner,
      probed,
      state,
      since: Math.floor(since),
      at: Math.floor(at),
    }));
    const octets = Buffer.from(linesOf(whole));
    this.#tookMs = performance.now() - began;
    await makeFolders(path.dirname(this.#file));
    await replaceFile(this.#file, [octets]);
  }

  #read(): KeptVerdict[] {
    const read = readTextSync(this.#file, { mostOctets: MOST_OCTETS });
    if (read.ok)
      return read.value
        .split('\n')
        .map(verdictIn)
        .filter((verdict) => verdict !== undefined);
    if (read.problem.kind !== 'absent')
      this.#log.warn(
        { file: this.#file },
        `What is known of health cannot be read: ${fileProblemText(read.problem)}`,
      );
    return [];
  }
}

/** A verdict from its line; `undefined` if it is not sound: a check then begins with nothing known. */
function verdictIn(line: string): KeptVerdict | undefined {
  const { owner, probed, state, since, at } = objectInLine(line) ?? {};
  const isSound =
    typeof owner === 'string' &&
    typeof probed === 'string' &&
    (state === 'up' || state === 'down') &&
    Number.isFinite(since) &&
    Number.isFinite(at);
  return isSound ? { owner, probed, state, since: Number(since), at: Number(at) } : undefined;
}
