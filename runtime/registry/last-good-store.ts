/**
 * The folder of last good versions, one file for each zone; at a start with many, small ones share a file
 * (base/files/file-pack.ts). A zone's own file counts before that, and an empty one says that there is none. A file
 * changes in one step and is on the disk before it has its name: a crash leaves the old or the new. No caller waits for
 * a write, and the last wish for a zone counts. This file is long because all have to agree on where a version is.
 */
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eachOf } from '../base/each-of.ts';
import { FilePack } from '../base/files/file-pack.ts';
import { Keeping } from '../base/files/keeping.ts';
import { namesIn } from '../base/files/names-in.ts';
import { fileProblemText, isNone, readRegularFile } from '../base/files/read-file.ts';
import { replaceFile, syncFolder, writeInFolder } from '../base/files/replace-file.ts';
import type { Logger } from '../base/log.ts';
import { Backlog } from '../base/structures/backlog.ts';
import { systemErrorCode } from '../base/system-error.ts';
import { EarlierVersions } from './earlier/earlier-versions.ts';
import { decodeLastGood, encodeLastGood, identityOf, keptName, type LastGood } from './last-good.ts';

export class LastGoodStore {
  readonly #folder: string;
  readonly #log: Logger;
  /** Zone → the version to write; `undefined` to remove its file. */
  readonly #wishes = new Map<string, LastGood | undefined>();
  /** Zone → the identity of the version that its file holds. */
  readonly #written = new Map<string, string>();
  /** Resolves when all work so far is done. */
  #work: Promise<void> = Promise.resolve();
  /** What could not be written, by zone; beyond a bound it is written when the zone changes. */
  readonly #unwritten = new Backlog<LastGood | undefined>(MOST_UNWRITTEN);
  readonly #keeping: Keeping;
  readonly #earlier: EarlierVersions | undefined;
  readonly #pack: FilePack;
  /** Whether zones have been loaded since versions were last put together in one file. */
  #isToPack = false;
  /** When the last write may begin, as the server ends: performance.now(). */
  #until = Number.POSITIVE_INFINITY;
  /** Resolves when all zones have been loaded. */
  #loading: PromiseWithResolvers<void> | undefined;
  /** The names of all files when loading began; `undefined` where they cannot be listed. */
  #names: Promise<ReadonlySet<string> | undefined> | undefined;

  /** `earlier`: the folder for versions that others take the place of. Default: none. */
  constructor(folder: string, log: Logger, earlier?: string) {
    this.#folder = folder;
    this.#log = log;
    this.#earlier = earlier === undefined ? undefined : new EarlierVersions(earlier, log);
    const pack = path.join(folder, PACK);
    this.#pack = new FilePack(pack, (problem) => this.#setAside({ file: pack }, problem));
    this.#keeping = new Keeping({
      what: 'last good versions',
      place: { folder },
      loss: 'Last good versions are not kept, as their folder cannot be written',
      log,
      again: () => this.#again(),
    });
  }

  /** All zones are loaded now: until that is over, files are looked for in one list, and versions wait to be written. */
  beginLoad(): void {
    this.#loading = Promise.withResolvers<void>();
    this.#isToPack = true;
    setTimeout(this.#loading.resolve, MOST_HELD_MS).unref();
    // Where they cannot be listed, opening the files tells why.
    this.#names = namesIn(this.#folder).then(
      (all) => new Set(all),
      () => undefined,
    );
  }

  endLoad(): void {
    this.#loading?.resolve();
    this.#loading = undefined;
    if (this.#wishes.size === 0) this.#names = undefined;
  }

  /** Reads the kept version of a zone. A file that is not sound is set aside, and logged. */
  async read(zone: string): Promise<LastGood | undefined> {
    return this.#wishes.has(zone) ? this.#wishes.get(zone) : await this.#read(zone);
  }

  async #read(zone: string): Promise<LastGood | undefined> {
    const file = this.#fileOf(zone);
    const own = await this.#readOwn(zone, file);
    const octets = own ?? (await this.#pack.get(keptName(zone)));
    if (octets === undefined || octets.length === 0) return undefined;
    const read = await decodeLastGood(octets, zone);
    if (read.ok) {
      this.#written.set(zone, identityOf(read.value));
      return read.value;
    }
    await this.#setAside({ zone, file: own === undefined ? undefined : file }, read.problem);
    return undefined;
  }

  /** The content of the file of a zone; `undefined` where there is none, or it cannot be read. */
  async #readOwn(zone: string, file: string): Promise<Buffer<ArrayBuffer> | undefined> {
    const names = await this.#names;
    if (names !== undefined && !this.#written.has(zone) && !names.has(path.basename(file))) return undefined;
    const read = await readRegularFile(file, { mostOctets: MOST_OCTETS });
    if (read.ok) return read.value.octets;
    const { problem } = read;
    // A folder that is no folder is logged when a version is written to it.
    if (!isNone(problem))
      this.#log.error({ zone, file }, `The last good version cannot be read: ${fileProblemText(problem)}`);
    return undefined;
  }

  /** Keeps a version in place of the one before; does nothing if that is the same. */
  keep(version: LastGood): void {
    this.#wish(version.zone, version);
  }

  /** Removes the kept version of a zone. */
  drop(zone: string): void {
    this.#wish(zone, undefined);
  }

  /**
   * Removes the files of zones that are not in `zones`, and files that a crash left half written. If
   * `zones` is empty, no zone's file is removed: an empty policies folder may not be mounted yet.
   */
  prune(zones: ReadonlySet<string>): void {
    this.#enqueue(async () => {
      const stems = new Set([...zones].map(keptName));
      const gone = zones.size === 0 ? [] : [...(await this.#pack.names())].filter((name) => !stems.has(name));
      if (gone.length > 0) await this.#pack.change(new Map(gone.map((name) => [name, undefined])));
      if (zones.size > 0) await this.#earlier?.prune(stems);
      for (const name of await namesIn(this.#folder)) {
        const [, stem, kind] = /^(.*)(\.json|\.json\.corrupt|\.tmp)$/.exec(name) ?? [];
        const isStale = kind === '.tmp' || (stem !== undefined && zones.size > 0 && !stems.has(stem));
        if (isStale) await rm(path.join(this.#folder, name), { force: true });
      }
    });
  }

  /** Resolves when all versions are on the disk, or the log says why they are not. */
  flush(): Promise<void> {
    return this.#work;
  }

  /**
   * Resolves as {@link flush}; nothing is tried again from then on. Of ten thousand versions that wait to be written some may be
   * left: a server has to end, and the next start makes them anew.
   */
  stop(): Promise<void> {
    this.#keeping.stop();
    this.#until = performance.now() + ENDING_MS;
    this.endLoad();
    return this.#work;
  }

  #wish(zone: string, version: LastGood | undefined): void {
    this.#unwritten.delete(zone);
    this.#wishes.set(zone, version);
    if (this.#wishes.size === 1) this.#enqueue(() => this.#fulfil());
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#keeping.failed(error));
  }

  async #fulfil(): Promise<void> {
    // The caller publishes the version in this turn, and that comes first.
    await nextTurn();
    await this.#loading?.promise;
    // If that fails, each by itself is tried next, which tells what is wrong.
    let isChanged = this.#isToPack && (await this.#writeTogether().catch(() => false));
    this.#isToPack = false;
    while (this.#wishes.size > 0) {
      await eachOf([...this.#wishes.keys()], WIDTH, async (zone) => {
        isChanged = (await this.#grant(zone, this.#wishes.get(zone))) || isChanged;
      });
    }
    if (this.#loading === undefined) this.#names = undefined;
    // The names of files are on the disk once their folder is.
    if (isChanged) await syncFolder(this.#folder);
  }

  /** Puts small versions together in one file if there are many to write. Returns whether it wrote. */
  async #writeTogether(): Promise<boolean> {
    const names = (await this.#names) ?? new Set();
    const hasOwn = ({ zone }: LastGood) => names.has(path.basename(this.#fileOf(zone)));
    const toWrite = new Map<string, LastGood>();
    for (const [index, [zone, version]] of [...this.#wishes].entries()) {
      if (index % STEPS === 0) await nextTurn();
      if (version === undefined || version.records.octets.length > MOST_SMALL) continue;
      if (!this.#written.has(zone)) await this.#read(zone);
      if (hasOwn(version) || this.#written.get(zone) !== identityOf(version))
        toWrite.set(keptName(zone), version);
    }
    if (toWrite.size < MANY) return false;
    const files = new Map<string, readonly Uint8Array[]>();
    for (const [stem, version] of toWrite) {
      if (files.size % STEPS === 0) await nextTurn();
      files.set(stem, await encodeLastGood(version));
    }
    const added = await writeInFolder(this.#folder, () => this.#pack.change(files), 0o700);
    const packed = [...added].flatMap((name) => toWrite.get(name) ?? []);
    await syncFolder(this.#folder);
    for (const version of packed) this.#written.set(version.zone, identityOf(version));
    await eachOf(packed.filter(hasOwn), WIDTH, ({ zone }) => rm(this.#fileOf(zone), { force: true }));
    return true;
  }

  /** Returns whether something was written or removed. */
  async #grant(zone: string, version: LastGood | undefined): Promise<boolean> {
    try {
      if (performance.now() > this.#until) return false;
      return version === undefined ? await this.#remove(zone) : await this.#write(version);
    } catch (error) {
      this.#keeping.failed(error);
      this.#unwritten.add(zone, version, version?.records.octets.length ?? 0);
      return false;
    } finally {
      if (this.#wishes.get(zone) === version) this.#wishes.delete(zone);
    }
  }

  /** Writes a version unless its file holds it. Returns whether it wrote. */
  async #write(version: LastGood): Promise<boolean> {
    const [zone, identity] = [version.zone, identityOf(version)];
    // Nobody needed what an earlier process has kept of a zone whose files are sound.
    if (!this.#written.has(zone)) await this.#read(zone);
    if (this.#written.get(zone) === identity) return false;
    if (this.#written.has(zone)) await this.#earlier?.keep(version, () => this.#read(zone));
    const octets = await encodeLastGood(version);
    await writeInFolder(this.#folder, () => replaceFile(this.#fileOf(zone), octets), 0o700);
    this.#written.set(zone, identity);
    return true;
  }

  async #remove(zone: string): Promise<boolean> {
    this.#written.delete(zone);
    const file = this.#fileOf(zone);
    try {
      if (await this.#pack.has(keptName(zone))) await replaceFile(file, []);
      else await rm(file);
      return true;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw error;
    } finally {
      await rm(corruptOf(file), { force: true });
    }
  }

  /** `file`: absent where the version is one of many in a file that is sound. */
  async #setAside(
    { zone, file }: { zone?: string; file: string | undefined },
    problem: string,
  ): Promise<void> {
    this.#log.error(
      { zone, file, ...(file !== undefined && { movedTo: corruptOf(file) }) },
      `The file of the last good version is not used: ${problem}`,
    );
    if (file === undefined) return;
    try {
      await rename(file, corruptOf(file));
    } catch (error) {
      this.#keeping.failed(error);
    }
  }

  /** Writes what could not be written, unless there is something newer to write. */
  #again(): Promise<void> {
    for (const [zone, version] of this.#unwritten.takeAll())
      if (!this.#wishes.has(zone)) this.#wish(zone, version);
    return this.#work;
  }

  #fileOf(zone: string): string {
    return path.join(this.#folder, `${keptName(zone)}.json`);
  }
}

/** The name of the file of many small versions. */
const PACK = 'together.pack';
/** Octets of records of a small version, and how many there have to be to write. */
const MOST_SMALL = 64 * 1024;
const MANY = 100;
/** Versions that are looked at in a turn of the loop. */
const STEPS = 64;
/** Milliseconds for writing what waits, as the server ends. */
const ENDING_MS = 2000;
/** Milliseconds for which versions wait to be written while others are loaded. */
const MOST_HELD_MS = 60_000;
/** Versions that are written at the same time: the disk is waited for together. */
const WIDTH = 4;
/** Octets of a file that are read at most; the records of the largest zone fit. */
const MOST_OCTETS = 2 ** 30;
/** Octets of records that are held in memory until they can be written. */
const MOST_UNWRITTEN = 64 * 2 ** 20;

function corruptOf(file: string): string {
  return `${file}.corrupt`;
}
