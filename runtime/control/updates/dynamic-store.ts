/**
 * The dynamic records of all zones, in memory and in the state folder: a file for each zone (update/record-file.ts). What
 * is not on the disk is not in memory either.
 */
import path from 'node:path';
import { namesIn } from '../../base/files/names-in.ts';
import type { Logger } from '../../base/log.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { stemOf } from '../../transfer/journal-keeper.ts';
import type { DynamicPart, DynamicZones } from '../../update/dynamic-part.ts';
import { allRecords, type DynamicRecords, differenceOf, NO_RECORDS } from '../../update/dynamic-record.ts';
import { RecordFile } from '../../update/record-file.ts';

interface OfZone {
  readonly records: DynamicRecords;
  readonly serial: number;
  readonly part: DynamicPart;
}

const ENDING = '.records';

export class DynamicStore implements DynamicZones {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #zones = new Map<string, OfZone>();
  readonly #files = new Map<string, RecordFile>();
  /** Zones whose file cannot be read, by the name of the file, and why. */
  readonly #unreadable = new Map<string, string>();
  #folderProblem: string | undefined;

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Reads all files, as they are now. Returns the zones whose records are others than before. */
  async load(): Promise<string[]> {
    this.#folderProblem = undefined;
    this.#unreadable.clear();
    const changed: string[] = [];
    try {
      for (const name of await namesIn(this.#folder)) {
        const zone = name.endsWith(ENDING) ? await this.#read(name) : undefined;
        if (zone !== undefined) changed.push(zone);
      }
    } catch (error) {
      this.#folderProblem = systemErrorText(error);
      this.#tell(this.#folder, `Dynamic records are not known: ${this.#folderProblem}`);
    }
    return changed;
  }

  recordsOf(zone: string): DynamicRecords {
    return this.#zones.get(zone)?.records ?? NO_RECORDS;
  }

  partOf(zone: string): DynamicPart | undefined {
    return this.#zones.get(zone)?.part;
  }

  /** Zones that have such records, or had, by name. */
  zones(): string[] {
    return [...this.#zones.keys()].sort();
  }

  /** Why the records of a zone are not known, so that none can be changed. */
  problemOf(zone: string): string | undefined {
    return this.#folderProblem ?? this.#unreadable.get(`${stemOf(zone)}${ENDING}`);
  }

  /**
   * Remembers the next records of a zone; `serial` is at least that of a version that has them.
   * @throws The system's error; the records are then those before.
   */
  async save(zone: string, records: DynamicRecords, serial: number): Promise<void> {
    const { added, removed } = differenceOf(this.recordsOf(zone), records);
    await this.#fileOf(`${stemOf(zone)}${ENDING}`).add({ zone, serial, added, removed }, records);
    this.#keep(zone, records, serial);
  }

  async #read(name: string): Promise<string | undefined> {
    try {
      const { found, damage } = await this.#fileOf(name).read();
      if (damage !== undefined) {
        const file = path.join(this.#folder, name);
        this.#tell(file, `Dynamic records are lost: ${damage}; ${file}.damaged is a copy of what was there`);
      }
      if (found === undefined || this.#zones.get(found.zone)?.serial === found.serial) return undefined;
      this.#keep(found.zone, found.records, found.serial);
      return found.zone;
    } catch (error) {
      const why = systemErrorText(error);
      this.#unreadable.set(name, why);
      this.#tell(path.join(this.#folder, name), `Dynamic records of a zone are not known: ${why}`);
      return undefined;
    }
  }

  #keep(zone: string, records: DynamicRecords, serial: number): void {
    const part = { records: [...allRecords(records)], serial, revision: String(serial) };
    this.#zones.set(zone, { records, serial, part });
  }

  #fileOf(name: string): RecordFile {
    const file = this.#files.get(name) ?? new RecordFile(path.join(this.#folder, name));
    this.#files.set(name, file);
    return file;
  }

  #tell(file: string, message: string): void {
    this.#log.error({ code: 'DYNAMIC_STATE', file }, message);
  }
}
