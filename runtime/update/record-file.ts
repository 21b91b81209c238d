/**
 * The file that remembers the dynamic records of one zone: a line for each change, on the disk before its client hears
 * of success. Once the changes are much longer than the records, the records take their place.
 */
import { copyFile, open } from 'node:fs/promises';
import path from 'node:path';
import { fileProblemText, readRegularFileSync } from '../base/files/read-file.ts';
import { replaceFile, syncFolder, writeInFolder } from '../base/files/replace-file.ts';
import { allRecords, type DynamicRecord, type DynamicRecords, nameKey, recordKey } from './dynamic-record.ts';
import { type Change, changeIn, lineOf } from './record-line.ts';

export interface Remembered {
  readonly zone: string;
  readonly records: DynamicRecords;
  /** The lowest serial of a version that has all of them. */
  readonly serial: number;
}

/** Octets of a file that is never too long. */
const SHORT = 64 * 1024;
/** The most octets of a file. */
const MOST_OCTETS = 256 * 2 ** 20;

export class RecordFile {
  readonly #file: string;
  /** Octets of the file that are whole lines; `undefined` where the file is not known to be well. */
  #sound: number | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Reads what is remembered; `undefined` if that is nothing. A last line that is cut off never counted: its client was
   * not told of success. `damage` says what else is wrong, and a copy of the file is kept.
   * @throws The system's error.
   */
  async read(): Promise<{ readonly found: Remembered | undefined; readonly damage?: string }> {
    const read = readRegularFileSync(this.#file, { mostOctets: MOST_OCTETS });
    if (!read.ok) {
      if (read.problem.kind !== 'absent') throw new Error(fileProblemText(read.problem));
      this.#sound = 0;
      return { found: undefined };
    }
    const text = Buffer.from(read.value.octets).toString('utf8');
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    const changes: Change[] = [];
    for (const line of lines) {
      const change = changeIn(line);
      if (change === undefined) break;
      changes.push(change);
    }
    const lost = lines.length - changes.length;
    const found = replay(changes);
    this.#sound = lost === 0 && rest === '' ? read.value.octets.length : undefined;
    if (lost === 0) return { found };
    await copyFile(this.#file, `${this.#file}.damaged`);
    return { found, damage: `${lost} of ${lines.length} changes cannot be read` };
  }

  /**
   * Adds a change that led to `records`, and waits for the disk.
   * @throws The system's error; the change is then not remembered.
   */
  async add(change: Change, records: DynamicRecords): Promise<void> {
    const line = Buffer.from(lineOf(change));
    const sound = this.#sound;
    const isLong = sound !== undefined && sound + line.length > Math.max(SHORT, 8 * lengthOf(records));
    // Where writing fails halfway, the next change begins a new file.
    this.#sound = undefined;
    if (sound === undefined || sound === 0 || isLong) {
      const whole = Buffer.from(lineOf({ ...change, removed: [], added: [...allRecords(records)] }));
      await writeInFolder(path.dirname(this.#file), () => replaceFile(this.#file, [whole]));
      await syncFolder(path.dirname(this.#file));
      this.#sound = whole.length;
      return;
    }
    await append(this.#file, line, sound);
    this.#sound = sound + line.length;
  }
}

/** Writes behind what is sound, and takes the octets back if that fails. */
async function append(file: string, octets: Uint8Array, sound: number): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    for (let at = 0; at < octets.length; ) {
      at += (await handle.write(octets, at, octets.length - at, sound + at)).bytesWritten;
    }
    await handle.datasync();
  } catch (error) {
    await handle.truncate(sound).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
}

function replay(changes: readonly Change[]): Remembered | undefined {
  const [first] = changes;
  if (first === undefined) return undefined;
  const all = new Map<string, DynamicRecord>();
  for (const { removed, added } of changes) {
    for (const record of removed) all.delete(recordKey(record));
    for (const record of added) all.set(recordKey(record), record);
  }
  const records = new Map<string, DynamicRecord[]>();
  for (const record of all.values()) {
    const name = nameKey(record.owner);
    records.set(name, [...(records.get(name) ?? []), record]);
  }
  return { zone: first.zone, records, serial: changes.at(-1)?.serial ?? 0 };
}

function lengthOf(records: DynamicRecords): number {
  let octets = 0;
  for (const { owner, rdata } of allRecords(records)) octets += owner.length + 2 * rdata.length + 64;
  return octets;
}
