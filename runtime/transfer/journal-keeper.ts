/**
 * Keeps the journals of zones that others may transfer (journal/), one file each, and hands answer processes
 * what they need to answer IXFR. It works behind the answers: a version is served first, and whoever asks
 * for changes before the journal has them gets the whole zone. A zone that is signed here is signed on the way, once for
 * all processes, so that its signatures outlive a restart in the journal. Zones take turns; of several versions of a
 * zone that wait only the last is looked at.
 */

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Keeping } from '../base/files/keeping.ts';
import { namesIn } from '../base/files/names-in.ts';
import type { Logger } from '../base/log.ts';
import { fromBase64 } from '../base/octets-text.ts';
import {
  type JournalOutcome,
  type JournalTask,
  keepJournal,
  type TaskSigning,
} from '../journal/journal-task.ts';
import type { SigningKeys, ZoneSigning } from '../rpc/zone-signing.ts';
import type { SentZone } from '../rpc/zone-update.ts';

export interface JournalSettings {
  /** Octets of one zone's journal, and of all journals together, without the newest versions. */
  readonly zoneOctets: number;
  readonly octets: number;
}

export interface JournalOptions {
  readonly folder: string;
  readonly log: Logger;
  /** The settings for a zone; `undefined` if nobody may transfer it. */
  readonly settingsOf: (zone: string) => JournalSettings | undefined;
  /** A zone as it is served now. */
  readonly servedOf: (zone: string) => SentZone | undefined;
  /** The private keys of a zone that is signed here. */
  readonly keysOf: (zone: string) => SigningKeys['keys'];
  /**
   * Tells answer processes what led to a version that they serve, empty if that is not known any more; and the version
   * with its signatures, where it was signed now.
   */
  readonly tell: (
    zone: string,
    version: string,
    history: Uint8Array<ArrayBuffer>,
    signed?: Uint8Array<ArrayBuffer>,
  ) => Promise<void>;
}

interface Waiting {
  /** Resolves when the turn of the zone is over. */
  readonly over: PromiseWithResolvers<void>;
  /** Serials of versions that were served since its last turn. */
  readonly serials: number[];
}

export class JournalKeeper {
  readonly #options: JournalOptions;
  /** By zone. */
  readonly #waiting = new Map<string, Waiting>();
  /** Zone → octets of its steps; the zone that changed longest ago comes first. */
  readonly #octets = new Map<string, number>();
  #work: Promise<void> = Promise.resolve();
  #isStopped = false;
  /** Zones whose journal could not be written. */
  readonly #unwritten = new Set<string>();
  readonly #keeping: Keeping;

  constructor(options: JournalOptions) {
    this.#options = options;
    const { folder, log } = options;
    this.#keeping = new Keeping({
      what: 'journals of zones',
      place: { folder },
      loss: 'Journals of zones are not kept, so secondaries may get whole zones after a start',
      log,
      code: 'ZONE_JOURNAL',
      again: () => this.#again(),
    });
  }

  /**
   * A zone has a new version, with this serial. Resolves when its journal has been brought up to date, or
   * cannot be.
   */
  note(zone: string, serial?: number): Promise<void> {
    if (this.#isStopped || !this.isKept(zone)) return Promise.resolve();
    const waiting = this.#waiting.get(zone) ?? { over: Promise.withResolvers<void>(), serials: [] };
    if (serial !== undefined) waiting.serials.push(serial);
    this.#waiting.set(zone, waiting);
    if (this.#waiting.size === 1) this.#enqueue(() => this.#takeTurns());
    return waiting.over.promise;
  }

  /** Whether the zone has a journal, as others may transfer it. */
  isKept(zone: string): boolean {
    return this.#options.settingsOf(zone) !== undefined;
  }

  /** Removes the journal of a zone that is not served any more. */
  drop(zone: string): void {
    this.#octets.delete(zone);
    this.#enqueue(() => rm(this.#fileOf(zone), { force: true }));
  }

  /** Removes the journals of all other zones; of none if `zones` is empty, as for last good versions. */
  prune(zones: ReadonlySet<string>): void {
    if (zones.size === 0) return;
    const { folder, settingsOf } = this.#options;
    const kept = new Set(
      [...zones].filter((zone) => settingsOf(zone) !== undefined).map((zone) => this.#fileOf(zone)),
    );
    this.#enqueue(async () => {
      const files = (await namesIn(folder)).map((name) => path.join(folder, name));
      const stale = files.filter((file) => /\.(journal|tmp)$/.test(file) && !kept.has(file));
      await Promise.all(stale.map((file) => rm(file, { force: true })));
    });
  }

  /** Resolves when the journal that is being written is on the disk. Other zones catch up at the next start. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#keeping.stop();
    return this.#work;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#keeping.failed(error));
  }

  async #takeTurns(): Promise<void> {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const [zone, { over, serials }] = next;
      this.#waiting.delete(zone);
      try {
        if (!this.#isStopped) await this.#keep(zone, serials);
      } catch (error) {
        this.#options.log.error({ zone, err: error }, 'The journal of the zone could not be kept');
      }
      over.resolve();
    }
  }

  async #keep(zone: string, passedOver: readonly number[]): Promise<void> {
    const { settingsOf, servedOf, tell } = this.#options;
    const [settings, served] = [settingsOf(zone), servedOf(zone)];
    const task = settings && served && this.#taskOf(served, settings.zoneOctets, passedOver);
    if (settings === undefined || served === undefined || task === undefined) return;
    const outcome = await keepJournal(task);
    if (outcome === undefined) return;
    this.#tellProblems(zone, task.file, outcome);
    const { history, signed } = outcome;
    this.#octets.delete(zone);
    this.#octets.set(zone, history.length);
    const isNews = history.length > 0 || served.history !== undefined || signed !== undefined;
    if (isNews) await tell(zone, served.version, history, signed);
    await this.#makeRoom(settings.octets);
  }

  /** Gives up whole journals, those of the zones first that changed longest ago. */
  async #makeRoom(mostOctets: number): Promise<void> {
    let sum = [...this.#octets.values()].reduce((all, octets) => all + octets, 0);
    for (const [zone, octets] of this.#octets) {
      if (sum <= mostOctets) return;
      sum -= octets;
      if (octets > 0) await this.#giveUp(zone);
    }
  }

  async #giveUp(zone: string): Promise<void> {
    const { servedOf, tell } = this.#options;
    this.#octets.delete(zone);
    const served = servedOf(zone);
    const task = served && this.#taskOf(served, 0, []);
    // Signatures are to be the same in the next version.
    if (task?.signing !== undefined) await keepJournal(task);
    else await rm(this.#fileOf(zone), { force: true });
    if (served?.history !== undefined) await tell(zone, served.version, new Uint8Array());
  }

  #tellProblems(zone: string, file: string, { corrupt, unwritten }: JournalOutcome): void {
    if (corrupt !== undefined) {
      this.#options.log.warn(
        { code: 'ZONE_JOURNAL', zone, file },
        `The journal of the zone is not used, so secondaries get the whole zone once: ${corrupt}`,
      );
    }
    if (unwritten === undefined) return;
    this.#unwritten.add(zone);
    this.#keeping.failed(Object.assign(new Error(unwritten), { code: unwritten, syscall: 'write' }));
  }

  async #again(): Promise<void> {
    const unwritten = [...this.#unwritten];
    this.#unwritten.clear();
    await Promise.all(unwritten.map((zone) => this.note(zone)));
  }

  /** The task for a zone whose records may be transferred; `undefined` for another, whose journal stays as it is. */
  #taskOf(
    { zone, image, broken, withheld, signing }: SentZone,
    mostOctets: number,
    passedOver: readonly number[],
  ): JournalTask | undefined {
    if (broken !== undefined || withheld !== undefined || 'pieces' in image) return undefined;
    const octets = 'file' in image ? image.file : fromBase64(image.base64);
    const task = { zone, image: octets, file: this.#fileOf(zone), mostOctets, passedOver };
    if (signing === undefined || !('wholeAt' in signing)) return task;
    const by = signingOf(signing, this.#options.keysOf(zone));
    return by && { ...task, signing: by };
  }

  #fileOf(zone: string): string {
    return path.join(this.#options.folder, `${stemOf(zone)}.journal`);
  }
}

/** How a version is signed here; `undefined` where not all of its keys are here any more, as another has taken its place. */
function signingOf(
  { keys, rules, wholeAt }: ZoneSigning,
  held: SigningKeys['keys'],
): TaskSigning | undefined {
  const signers = keys.flatMap(({ dnskey, signsKeys, signsZone }) => {
    const own = held.find((one) => one.dnskey === dnskey);
    return own === undefined ? [] : [{ dnskey, signsKeys, signsZone, pkcs8: own.pkcs8 }];
  });
  const isWhole = wholeAt !== undefined && signers.length === keys.length && keys.length > 0;
  return isWhole ? { keys: signers, rules, at: wholeAt } : undefined;
}

/** A file's name has 255 octets at most, with its ending. */
const MAX_STEM = 200;

/** A name for the file of a zone, without its ending. */
export function stemOf(zone: string): string {
  const name = encodeURIComponent(zone);
  return name.length <= MAX_STEM ? name : createHash('sha256').update(zone).digest('hex');
}
