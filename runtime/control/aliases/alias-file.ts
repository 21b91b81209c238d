/**
 * What is known of the targets of aliases, kept in the state folder for the next start: it is served, stale if need be, until a
 * resolver says something newer. A line of JSON for each target and family; a line that is not sound says nothing.
 */
import { isIP } from 'node:net';
import path from 'node:path';
import { linesOf, objectInLine } from '../../base/files/json-line.ts';
import { Keeping } from '../../base/files/keeping.ts';
import { fileProblemText, readTextSync } from '../../base/files/read-file.ts';
import { replaceFile, writeInFolder } from '../../base/files/replace-file.ts';
import type { Logger } from '../../base/log.ts';
import type { AliasKeeper } from '../../health/aliases/alias-keeper.ts';
import { MOST_ADDRESSES } from '../../health/aliases/ask-target.ts';

/** Milliseconds from one time that it is kept to the next. */
const RENEW_MS = 60_000;
const MOST_OCTETS = 64 * 2 ** 20;

export class AliasFile {
  readonly #file: string;
  readonly #keeper: AliasKeeper;
  readonly #log: Logger;
  readonly #keeping: Keeping;
  #renewing: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  /** As it was written last. */
  #text = '';

  constructor(file: string, keeper: AliasKeeper, log: Logger) {
    this.#file = file;
    this.#keeper = keeper;
    this.#log = log;
    this.#keeping = new Keeping({
      what: 'addresses of aliases',
      place: { file },
      loss: 'Addresses of aliases cannot be kept, and are asked for anew at the next start',
      log,
      again: () => this.#write(),
    });
  }

  /** Reads what the last server knew, and keeps it up to date from now on. */
  start(): void {
    const read = readTextSync(this.#file, { mostOctets: MOST_OCTETS });
    if (read.ok) {
      this.#text = read.value;
      for (const line of read.value.split('\n')) this.#take(line);
    } else if (read.problem.kind !== 'absent') {
      const why = fileProblemText(read.problem);
      this.#log.warn({ file: this.#file }, `What is known of aliases cannot be read: ${why}`);
    }
    this.#renewing = setInterval(() => this.#keep(), RENEW_MS).unref();
  }

  /** Keeps what is known a last time. */
  async stop(): Promise<void> {
    clearInterval(this.#renewing);
    this.#keep();
    await this.#writing;
    this.#keeping.stop();
  }

  #take(line: string): void {
    const { target, family, addresses, since, until } = objectInLine(line) ?? {};
    const isSound =
      typeof target === 'string' &&
      (family === 'A' || family === 'AAAA') &&
      Array.isArray(addresses) &&
      addresses.length <= MOST_ADDRESSES &&
      addresses.every((one) => typeof one === 'string' && isIP(one) === (family === 'A' ? 4 : 6)) &&
      Number.isFinite(since) &&
      Number.isFinite(until);
    if (isSound)
      this.#keeper.inherit(target, family, { addresses, since: Number(since), until: Number(until) });
  }

  #keep(): void {
    if (this.#known() === this.#text) return;
    this.#writing = this.#writing.then(() => this.#keeping.attempt(() => this.#write()));
  }

  async #write(): Promise<void> {
    const text = this.#known();
    await writeInFolder(path.dirname(this.#file), () => replaceFile(this.#file, [Buffer.from(text)]));
    this.#text = text;
  }

  #known(): string {
    const kept = Array.from(this.#keeper.kept(), ([target, family, { addresses, since, until }]) => ({
      target,
      family,
      addresses,
      since: Math.floor(since),
      until: Math.floor(until),
    }));
    return linesOf(kept);
  }
}
