/** Makes the token of requests that change something (config/change-token.ts), once for a state folder. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Keeping } from '../base/files/keeping.ts';
import { replaceFile, writeInFolder } from '../base/files/replace-file.ts';
import type { Logger } from '../base/log.ts';
import { readChangeToken } from '../config/change-token.ts';

export class ChangeToken {
  readonly #file: string;
  readonly #keeping: Keeping;
  readonly #made = randomBytes(32).toString('hex');

  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#keeping = new Keeping({
      what: 'the token of commands',
      place: { file },
      loss: 'Commands that change something are refused, for their token cannot be kept where they read it',
      log,
      again: () => this.#write(),
    });
  }

  /**
   * The token in the file, which is looked at anew: an operator may change it, or remove the whole state folder.
   * `undefined` where there is none; then it is made.
   */
  get value(): string | undefined {
    const value = this.#read();
    if (value === undefined) void this.make();
    return value;
  }

  /** Makes the token, unless there is one. */
  async make(): Promise<void> {
    if (this.#read() === undefined) await this.#keeping.attempt(() => this.#write());
  }

  stop(): void {
    this.#keeping.stop();
  }

  #read(): string | undefined {
    const read = readChangeToken(this.#file);
    return read.ok ? read.value : undefined;
  }

  async #write(): Promise<void> {
    if (this.#read() !== undefined) return;
    // Only its owner may read it.
    await writeInFolder(path.dirname(this.#file), () =>
      replaceFile(this.#file, [Buffer.from(`${this.#made}\n`)]),
    );
  }
}
