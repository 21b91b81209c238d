/**
 * The file of latencies of the settings as control holds it, or what somebody has given in its place (pushed-latencies.ts): taken over
 * as a whole, or not at all. What was taken before stays in use while the file cannot be used; without any, plans go by distance.
 */
import path from 'node:path';
import type { LatencyFacts } from '../../admin/source.ts';
import { removeNames } from '../../base/files/remove-names.ts';
import { stampOfFile } from '../../base/files/stamp.ts';
import type { Logger } from '../../base/log.ts';
import type { Result } from '../../base/result.ts';
import type { Account } from '../../transport/privileges.ts';
import { PushedLatencies, type PushKind } from './pushed-latencies.ts';
import { type TakenLatencies, takeLatencies } from './take-latencies.ts';

export interface LatencyFileOptions {
  /** Holds the tables. */
  readonly folder: string;
  /** Holds latencies that were given by the API. */
  readonly pushed: string;
  readonly account: Account | undefined;
  readonly log: Logger;
}

export class LatencyFile {
  readonly #options: LatencyFileOptions;
  readonly #pushed: PushedLatencies;
  /** That of the settings. */
  #ofSettings: string | undefined;
  #file: string | undefined;
  #stamp: string | undefined;
  #taken: TakenLatencies | undefined;
  #complaint: string | undefined;

  constructor(options: LatencyFileOptions) {
    this.#options = options;
    this.#pushed = new PushedLatencies(options.pushed, options);
  }

  /** Looks at the file if it may have changed, that of the settings or what was given. Returns what is wrong with it. */
  async take(ofSettings: string | undefined): Promise<string[]> {
    this.#ofSettings = ofSettings;
    const file = this.#pushed.areThere ? this.#pushed.file : ofSettings;
    this.#turnTo(file);
    if (file !== undefined) await this.#look(file);
    return this.warnings;
  }

  /** What the file looks like now, if it may have changed since it was looked at. */
  async changed(file: string): Promise<string | undefined> {
    const stamp = await stampOfFile(file);
    return file === this.#file && stamp === this.#stamp ? undefined : stamp;
  }

  /** Takes what somebody gives, from now on in place of the file of the settings. Fails, in words, where it cannot be used. */
  async push(octets: Uint8Array, kind: PushKind): Promise<Result<TakenLatencies>> {
    const taken = await this.#pushed.put(
      octets,
      kind,
      this.#pushed.areThere ? this.#pushed.file : this.#ofSettings,
    );
    if (taken.ok) {
      const { file } = this.#pushed;
      this.#turnTo(file);
      this.#stamp = await stampOfFile(file);
      this.#adopt(file, taken.value);
    }
    return taken;
  }

  /** Forgets what was given: the file of the settings is used again, if there is one. */
  async drop(): Promise<boolean> {
    const { areThere } = this.#pushed;
    await this.#pushed.drop();
    await this.take(this.#ofSettings);
    return areThere;
  }

  /** What is used, for the status; `undefined` where nothing is. */
  facts(): LatencyFacts | undefined {
    if (this.#taken === undefined || this.#file === undefined) return undefined;
    const { rows, pools } = this.#taken;
    return {
      source: this.#file === this.#pushed.file ? 'api' : 'file',
      file: this.#file,
      rows,
      pools: pools.length,
    };
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

  /** Forgets what is known of another file. */
  #turnTo(file: string | undefined): void {
    if (file !== this.#file) [this.#stamp, this.#taken, this.#complaint] = [undefined, undefined, undefined];
    this.#file = file;
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
    this.#adopt(file, taken.value);
  }

  #adopt(file: string, taken: TakenLatencies): void {
    const isOther = this.#taken?.hash !== taken.hash;
    this.#complaint = undefined;
    this.#taken = taken;
    const { rows, pools } = taken;
    if (isOther) this.#options.log.info({ file, rows, pools }, 'Latencies were read');
  }
}
