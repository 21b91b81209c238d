/**
 * Keeps the journals of zones that others may transfer (journal/), one file each, and hands answer processes
 * what they need to answer IXFR. It works behind the answers: a version is served first, and whoever asks
 * for changes before the journal has them gets the whole zone. Zones take turns; of several versions of a
 * zone that wait only the last is looked at.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { namesIn } from '../base/files/names-in.ts';
import type { Logger } from '../base/log.ts';
import { systemErrorText } from '../base/system-error.ts';
import { type JournalOutcome, type JournalTask, keepJournal } from '../journal/journal-task.ts';
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
  /** Tells answer processes what led to a version that they serve; empty if that is not known any more. */
  readonly tell: (zone: string, version: string, history: Uint8Array<ArrayBuffer>) => Promise<void>;
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
  #isUnwrittenTold = false;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /**
   * A zone has a new version, with this serial. Resolves when its journal has been brought up to date, or
   * cannot be.
   */
  note(zone: string, serial?: number): Promise<void> {
    if (this.#isStopped || this.#options.settingsOf(zone) === undefined) return Promise.resolve();
    const waiting = this.#waiting.get(zone) ?? { over: Promise.withResolvers<void>(), serials: [] };
    if (serial !== undefined) waiting.serials.push(serial);
    this.#waiting.set(zone, waiting);
    if (this.#waiting.size === 1) this.#enqueue(() => this.#takeTurns());
    return waiting.over.promise;
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
    return this.#work;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#tellUnwritten(systemErrorText(error)));
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
    if (served !== undefined && isSignedWhole(served)) return await this.#giveUp(zone);
    const task = settings && served && taskOf(served, this.#fileOf(zone), settings, passedOver);
    if (settings === undefined || served === undefined || task === undefined) return;
    const outcome = await keepJournal(task);
    if (outcome === undefined) return;
    this.#tellProblems(zone, task.file, outcome);
    const { history } = outcome;
    this.#octets.delete(zone);
    this.#octets.set(zone, history.length);
    if (history.length > 0 || served.history !== undefined) await tell(zone, served.version, history);
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
    await rm(this.#fileOf(zone), { force: true });
    const served = servedOf(zone);
    if (served?.history !== undefined) await tell(zone, served.version, new Uint8Array());
  }

  #tellProblems(zone: string, file: string, { corrupt, unwritten }: JournalOutcome): void {
    if (corrupt !== undefined) {
      this.#options.log.warn(
        { code: 'ZONE_JOURNAL', zone, file },
        `The journal of the zone is not used, so secondaries get the whole zone once: ${corrupt}`,
      );
    }
    if (unwritten === undefined) this.#isUnwrittenTold = false;
    else this.#tellUnwritten(unwritten);
  }

  #tellUnwritten(why: string): void {
    if (this.#isUnwrittenTold) return;
    this.#isUnwrittenTold = true;
    this.#options.log.warn(
      { code: 'ZONE_JOURNAL', folder: this.#options.folder },
      `Journals of zones are not kept, so secondaries may get whole zones after a start: ${why}. ` +
        'Make the folder writable for dnsteer, or set "state" to a folder that is',
    );
  }

  #fileOf(zone: string): string {
    return path.join(this.#options.folder, `${stemOf(zone)}.journal`);
  }
}

/**
 * Whether answer processes sign all that a transfer of the zone holds (transfer/signed-records.ts): signatures change
 * without a new version, so that secondaries get the whole zone each time.
 */
function isSignedWhole({ signing }: SentZone): boolean {
  return signing !== undefined && 'hostTypes' in signing && signing.hostTypes.length === 0;
}

/** The task for a zone whose records may be transferred; `undefined` for another, whose journal stays as it is. */
function taskOf(
  served: SentZone,
  file: string,
  { zoneOctets }: JournalSettings,
  passedOver: readonly number[],
): JournalTask | undefined {
  const { zone, image, broken, withheld } = served;
  if (broken !== undefined || withheld !== undefined || 'pieces' in image) return undefined;
  const octets = 'file' in image ? image.file : new Uint8Array(Buffer.from(image.base64, 'base64'));
  return { zone, image: octets, file, mostOctets: zoneOctets, passedOver };
}

/** A file's name has 255 octets at most, with its ending. */
const MAX_STEM = 200;

/** A name for the file of a zone, without its ending. */
export function stemOf(zone: string): string {
  const name = encodeURIComponent(zone);
  return name.length <= MAX_STEM ? name : createHash('sha256').update(zone).digest('hex');
}
