/**
 * The folder of last good versions, one file for each zone. A file changes in one step and is on
 * the disk before it has its name, so that a crash leaves the old file or the new one. No caller waits
 * for a write, and the last wish for a zone counts.
 */
import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eachOf } from '../base/each-of.ts';
import { Keeping } from '../base/files/keeping.ts';
import { namesIn } from '../base/files/names-in.ts';
import { fileProblemText, readRegularFile } from '../base/files/read-file.ts';
import { makeFolders, replaceFile, syncFolder } from '../base/files/replace-file.ts';
import type { Logger } from '../base/log.ts';
import { systemErrorCode } from '../base/system-error.ts';
import { decodeLastGood, encodeLastGood, type LastGood } from './last-good.ts';

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
  readonly #unwritten = new Map<string, LastGood | undefined>();
  readonly #keeping: Keeping;
  /** Resolves when all zones have been loaded. */
  #loading: PromiseWithResolvers<void> | undefined;
  /** The names of all files when loading began; `undefined` where they cannot be listed. */
  #names: Promise<ReadonlySet<string> | undefined> | undefined;

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
    this.#keeping = new Keeping({
      what: 'last good versions',
      place: { folder },
      loss: 'Last good versions are not kept, as their folder cannot be written',
      log,
      again: () => this.#again(),
    });
  }

  /**
   * All zones are loaded now: until that is over, files are looked for in one list, and versions wait to be written, though
   * not for long.
   */
  beginLoad(): void {
    this.#loading = Promise.withResolvers<void>();
    setTimeout(this.#loading.resolve, MOST_HELD_MS).unref();
    this.#names = namesIn(this.#folder).then(
      (all) => new Set(all),
      // Opening the files tells why.
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
    if (this.#wishes.has(zone)) return this.#wishes.get(zone);
    return await this.#read(zone);
  }

  async #read(zone: string): Promise<LastGood | undefined> {
    const file = this.#fileOf(zone);
    const names = await this.#names;
    if (names !== undefined && !this.#written.has(zone) && !names.has(path.basename(file))) return undefined;
    const octets = await readRegularFile(file, { mostOctets: MOST_OCTETS });
    if (!octets.ok) {
      const { problem } = octets;
      // A folder that is no folder is logged when a version is written to it.
      if (problem.kind === 'absent' || (problem.kind === 'unreadable' && problem.code === 'ENOTDIR'))
        return undefined;
      this.#log.error({ zone, file }, `The last good version cannot be read: ${fileProblemText(problem)}`);
      return undefined;
    }
    const read = await decodeLastGood(octets.value.octets, zone);
    if (read.ok) {
      this.#written.set(zone, identityOf(read.value));
      return read.value;
    }
    await this.#setAside(zone, file, read.problem);
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
      const names = await namesIn(this.#folder);
      const stems = new Set([...zones].map(stemOf));
      for (const name of names) {
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

  /** Resolves as {@link flush}; nothing is tried again from then on. */
  stop(): Promise<void> {
    this.#keeping.stop();
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
    let isChanged = false;
    while (this.#wishes.size > 0) {
      await eachOf([...this.#wishes.keys()], WIDTH, async (zone) => {
        isChanged = (await this.#grant(zone, this.#wishes.get(zone))) || isChanged;
      });
    }
    if (this.#loading === undefined) this.#names = undefined;
    // The names of files are on the disk once their folder is.
    if (isChanged) await syncFolder(this.#folder);
  }

  /** Returns whether something was written or removed. */
  async #grant(zone: string, version: LastGood | undefined): Promise<boolean> {
    try {
      return version === undefined ? await this.#remove(zone) : await this.#write(version);
    } catch (error) {
      this.#keeping.failed(error);
      this.#remember(zone, version);
      return false;
    } finally {
      if (this.#wishes.get(zone) === version) this.#wishes.delete(zone);
    }
  }

  /** Writes a version unless its file holds it. Returns whether it wrote. */
  async #write(version: LastGood): Promise<boolean> {
    const { zone } = version;
    const identity = identityOf(version);
    // Nobody needed what an earlier process has kept of a zone whose files are sound.
    if (!this.#written.has(zone)) await this.#read(zone);
    if (this.#written.get(zone) === identity) return false;
    const octets = await encodeLastGood(version);
    try {
      await replaceFile(this.#fileOf(zone), octets);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
      await makeFolder(this.#folder);
      await replaceFile(this.#fileOf(zone), octets);
    }
    this.#written.set(zone, identity);
    return true;
  }

  async #remove(zone: string): Promise<boolean> {
    this.#written.delete(zone);
    const file = this.#fileOf(zone);
    try {
      await rm(file);
      return true;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw error;
    } finally {
      await rm(corruptOf(file), { force: true });
    }
  }

  async #setAside(zone: string, file: string, problem: string): Promise<void> {
    this.#log.error(
      { zone, file, movedTo: corruptOf(file) },
      `The file of the last good version is not used: ${problem}`,
    );
    try {
      await rename(file, corruptOf(file));
    } catch (error) {
      this.#keeping.failed(error);
    }
  }

  #remember(zone: string, version: LastGood | undefined): void {
    this.#unwritten.delete(zone);
    const octets = [...this.#unwritten.values()].reduce(
      (sum, one) => sum + (one?.records.octets.length ?? 0),
      0,
    );
    if (octets + (version?.records.octets.length ?? 0) <= MOST_UNWRITTEN) this.#unwritten.set(zone, version);
  }

  /** Writes what could not be written, unless there is something newer to write. */
  #again(): Promise<void> {
    const unwritten = [...this.#unwritten];
    this.#unwritten.clear();
    for (const [zone, version] of unwritten) if (!this.#wishes.has(zone)) this.#wish(zone, version);
    return this.#work;
  }

  #fileOf(zone: string): string {
    return path.join(this.#folder, `${stemOf(zone)}.json`);
  }
}

/** Milliseconds for which versions wait to be written while others are loaded. */
const MOST_HELD_MS = 5000;
/** Versions that are written at the same time: the disk is waited for together. */
const WIDTH = 4;
/** Octets of a file that are read at most; the records of the largest zone fit. */
const MOST_OCTETS = 2 ** 30;
/** Octets of records that are held in memory until they can be written. */
const MOST_UNWRITTEN = 64 * 2 ** 20;
/** A file's name has 255 octets at most, with its ending. */
const MAX_STEM = 200;

function stemOf(zone: string): string {
  const name = encodeURIComponent(zone);
  return name.length <= MAX_STEM ? name : `${name.slice(0, 100)}~${sha256(zone)}`;
}

function corruptOf(file: string): string {
  return `${file}.corrupt`;
}

/** A text that is the same for equal versions, whenever they went live. */
function identityOf({ version, policy, serial, proof }: LastGood): string {
  return sha256(JSON.stringify([version, policy?.sourceMap, serial, proof?.by, proof?.sources]));
}

async function makeFolder(folder: string): Promise<void> {
  // Other processes, with fewer rights, read files beside this folder.
  await makeFolders(path.dirname(folder));
  await makeFolders(folder, 0o700).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
