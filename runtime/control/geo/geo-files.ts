/**
 * The MMDB files of the settings as control holds them: each is taken over as a whole, or not at all. Where a file cannot be
 * used any more, what was taken of it before stays in use, across starts as well, and the operator is told.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { GeoFacts } from '../../admin/source.ts';
import { DnsteerError } from '../../base/errors.ts';
import { Keeping } from '../../base/files/keeping.ts';
import { removeNames } from '../../base/files/remove-names.ts';
import { stampOfFile } from '../../base/files/stamp.ts';
import type { Logger } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import { mmdbProblemText } from '../../geo/mmdb-file.ts';
import { geoWarnings } from './geo-warnings.ts';
import { geoipLiteFacts } from './geoip-lite-facts.ts';
import { copyPrefix, type TakenMmdb, takeMmdb } from './take-mmdb.ts';

/** A file as answer processes are told of it: with the hash of what was taken, and a copy that holds just that. */
export interface GeoFileInForce {
  readonly file: string;
  readonly hash: string;
  readonly copy?: string;
}

export interface GeoFilesOptions {
  /** Holds the copies. */
  readonly folder: string;
  readonly log: Logger;
}

export class GeoFiles {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #keeping: Keeping;
  readonly #taken = new Map<string, TakenMmdb>();
  /** By file, what it looked like when it was looked at last, whatever came of that. */
  readonly #stamps = new Map<string, string>();
  readonly #complaints = new Map<string, string>();
  #lite: { readonly of: string; readonly facts: GeoFacts } | undefined;

  constructor({ folder, log }: GeoFilesOptions) {
    this.#folder = folder;
    this.#log = log;
    this.#keeping = new Keeping({
      what: 'geo data',
      place: { folder },
      loss: 'Answer processes that begin later read geo files as they are then, as no copy can be written',
      log,
      again: () => this.#copyAgain(),
    });
  }

  /**
   * Looks at files that may have changed, and takes over what can be used. Returns what cannot, and is used as it was before.
   * @throws {DnsteerError} `START`, if a file cannot be used of which nothing was taken before.
   */
  async take(files: readonly string[]): Promise<string[]> {
    for (const file of files) await this.#look(file);
    return files.flatMap((file) => this.#complaints.get(file) ?? []);
  }

  /** What a file looks like now, if it may have changed since it was looked at. */
  async changed(file: string): Promise<string | undefined> {
    const stamp = await stampOfFile(file);
    return stamp === this.#stamps.get(file) ? undefined : stamp;
  }

  /** All files are looked at again, as what was taken of them is not in use. */
  doubt(): void {
    this.#stamps.clear();
  }

  /** The files as answer processes are told of them. */
  inForce(files: readonly string[]): GeoFileInForce[] {
    return files.map((file) => {
      const { hash = '', copy } = this.#taken.get(file) ?? {};
      return { file, hash, ...(copy !== undefined && { copy }) };
    });
  }

  /** What the geo data are, and when they were made. */
  facts({ files, detail }: Pick<Config['geo'], 'files' | 'detail'>): GeoFacts[] {
    const own = files.flatMap((file): GeoFacts[] => {
      const taken = this.#taken.get(file);
      return taken === undefined ? [] : [{ name: taken.type, file, built: taken.built }];
    });
    if (detail === 'none') return own;
    if (this.#lite?.of !== detail) this.#lite = { of: detail, facts: geoipLiteFacts(detail) };
    return [...own, this.#lite.facts];
  }

  warnings(geo: Pick<Config['geo'], 'files' | 'detail'>): string[] {
    const broken = geo.files.flatMap((file) => this.#complaints.get(file) ?? []);
    return [...geoWarnings(this.facts(geo)), ...broken];
  }

  /** Removes copies that no process reads any more: this server is in charge of the state folder. */
  async prune(files: readonly string[]): Promise<void> {
    const kept = new Set(files.flatMap((file) => path.basename(this.#taken.get(file)?.copy ?? '')));
    await removeNames(this.#folder, (name) => !kept.has(name)).catch(() => {});
  }

  stop(): void {
    this.#keeping.stop();
  }

  async #look(file: string): Promise<void> {
    const stamp = await stampOfFile(file);
    const before = this.#taken.get(file);
    if (stamp === this.#stamps.get(file) && before !== undefined) return;
    const taken = await takeMmdb({ file, folder: this.#folder, before });
    this.#stamps.set(file, stamp);
    if (taken.ok) return this.#use(file, taken.value);
    const problem = mmdbProblemText(file, taken.problem);
    const earlier = before ?? (await this.#earlier(file));
    if (earlier === undefined) throw new DnsteerError('START', problem);
    this.#taken.set(file, earlier);
    const complaint = `${problem}. Until then that of ${earlier.built.slice(0, 10)} (${earlier.type}) is used`;
    if (this.#complaints.get(file) !== complaint) this.#log.warn({ code: 'GEO_FILE', file }, complaint);
    this.#complaints.set(file, complaint);
  }

  #use(file: string, taken: TakenMmdb): void {
    const { type, built, networks, unwritten } = taken;
    const isOther = this.#taken.get(file)?.hash !== taken.hash;
    this.#taken.set(file, taken);
    const wasBroken = this.#complaints.delete(file);
    if (unwritten !== undefined)
      this.#keeping.failed(Object.assign(new Error(unwritten.message), { code: unwritten.code }));
    if (isOther) this.#log.info({ file, type, built, networks }, 'Geo data was read');
    else if (wasBroken) this.#log.info({ file }, 'The geo data is again that in use');
  }

  /** What a server before this one has taken of a file. */
  async #earlier(file: string): Promise<TakenMmdb | undefined> {
    const names = await readdir(this.#folder).catch(() => []);
    const copies = names.filter((name) => name.startsWith(copyPrefix(file)) && name.endsWith('.mmdb'));
    const usable: TakenMmdb[] = [];
    for (const name of copies) {
      const copy = path.join(this.#folder, name);
      const taken = await takeMmdb({ file: copy });
      if (taken.ok) usable.push({ ...taken.value, copy });
    }
    return usable.sort((one, other) => (one.built < other.built ? 1 : -1))[0];
  }

  async #copyAgain(): Promise<void> {
    for (const [file, before] of this.#taken) {
      if (before.copy !== undefined) continue;
      this.#stamps.delete(file);
      const taken = await takeMmdb({ file, folder: this.#folder, before });
      if (taken.ok) this.#use(file, taken.value);
    }
  }
}
