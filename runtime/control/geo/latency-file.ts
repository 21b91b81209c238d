/**
 * The file of latencies of the settings as control holds it: taken over as a whole, or not at all. What was taken before stays in
 * use while the file cannot be used; without any, plans go by distance.
 */
import path from 'node:path';
import { removeNames } from '../../base/files/remove-names.ts';
import { stampOfFile } from '../../base/files/stamp.ts';
import type { Logger } from '../../base/log.ts';
import type { Account } from '../../transport/privileges.ts';
import { type TakenLatencies, takeLatencies } from './take-latencies.ts';

export interface LatencyFileOptions {
  /** Holds the tables. */
  readonly folder: string;
  readonly account: Account | undefined;
  readonly log: Logger;
}

export class LatencyFile {
  readonly #options: LatencyFileOptions;
  #file: string | undefined;
  #stamp: string | undefined;
  #taken: TakenLatencies | undefined;
  #complaint: string | undefined;

  constructor(options: LatencyFileOptions) {
    this.#options = options;
  }

  /** Looks at the file if it may have changed. Returns what is wrong with it. */
  async take(file: string | undefined): Promise<string[]> {
    if (file !== this.#file) [this.#stamp, this.#taken, this.#complaint] = [undefined, undefined, undefined];
    this.#file = file;
    if (file !== undefined) await this.#look(file);
    return this.warnings;
  }

  /** What the file looks like now, if it may have changed since it was looked at. */
  async changed(file: string): Promise<string | undefined> {
    const stamp = await stampOfFile(file);
    return file === this.#file && stamp === this.#stamp ? undefined : stamp;
  }

  /** The table as answer processes are told of it. */
  inForce(): { readonly table: string; readonly hash: string } | undefined {
    return this.#taken && { table: this.#taken.table, hash: this.#taken.hash };
  }

  get warnings(): string[] {
    return this.#complaint === undefined ? [] : [this.#complaint];
  }

  /** Removes the tables that no process reads any more. */
  async prune(): Promise<void> {
    const kept = path.basename(this.#taken?.table ?? '');
    await removeNames(this.#options.folder, (name) => name !== kept).catch(() => {});
  }

  async #look(file: string): Promise<void> {
    const { folder, account, log } = this.#options;
    const stamp = await stampOfFile(file);
    if (stamp === this.#stamp) return;
    const taken = await takeLatencies({ file, folder, account });
    this.#stamp = stamp;
    if (!taken.ok) {
      const use = this.#taken === undefined ? 'closestByLatency goes by distance' : 'that before is used';
      const complaint = `${taken.problem}. Write it anew; until then ${use}`;
      if (complaint !== this.#complaint) log.warn({ code: 'GEO_FILE', file }, complaint);
      this.#complaint = complaint;
      return;
    }
    const isOther = this.#taken?.hash !== taken.value.hash;
    this.#complaint = undefined;
    this.#taken = taken.value;
    const { rows, pools } = taken.value;
    if (isOther) log.info({ file, rows, pools }, 'Latencies were read');
  }
}
