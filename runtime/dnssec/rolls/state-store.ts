/**
 * Keeps the state of rolls in the state folder, one file for each zone. A state is on the disk before anybody
 * acts on it, and a crash leaves the one before or the new one.
 */
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileProblemText, readRegularFile } from '../../base/files/read-file.ts';
import { replaceFile, syncFolder, writeInFolder } from '../../base/files/replace-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import type { RollState } from './roll-state.ts';

/** The state of many keys has some 10 000 octets. */
const MOST_OCTETS = 2 ** 20;
const MAGIC = 'dnsteer-rolls 1';

export class RollStateStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads the state of a zone, `undefined` if there is none, or says what is wrong with the file. */
  async read(zone: string): Promise<Result<RollState | undefined>> {
    const read = await readRegularFile(this.#fileOf(zone), { mostOctets: MOST_OCTETS });
    if (!read.ok) return read.problem.kind === 'absent' ? ok(undefined) : fail(fileProblemText(read.problem));
    const { octets } = read.value;
    const end = octets.indexOf('\n');
    const head = octets.toString('latin1', 0, Math.max(0, end));
    if (!head.startsWith(`${MAGIC} `)) return fail('another version of dnsteer wrote it, or none');
    const body = octets.subarray(end + 1);
    if (head !== headOf(body)) return fail('its checksum is wrong');
    const state = JSON.parse(body.toString()) as RollState;
    return state.zone === zone ? ok(state) : fail(`it is the state of ${state.zone}`);
  }

  /** Writes the state of a zone, or says why it cannot be written; the state before is then still there. */
  async write(state: RollState): Promise<Result<undefined>> {
    const body = Buffer.from(`${JSON.stringify(state, undefined, 2)}\n`);
    try {
      const parts = [Buffer.from(`${headOf(body)}\n`), body];
      await writeInFolder(this.#folder, () => replaceFile(this.#fileOf(state.zone), parts));
      await syncFolder(this.#folder);
      return ok(undefined);
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return fail(systemErrorText(error));
    }
  }

  /**
   * The zones with a state, as far as the names of the files tell; the longest names are not told. `undefined` if the
   * folder is there and cannot be read.
   */
  async zones(): Promise<string[] | undefined> {
    try {
      const files = await readdir(this.#folder);
      return files.flatMap((file) => /^([^#].*)\.json$/.exec(file)?.[1] ?? []);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === undefined) throw error;
      return code === 'ENOENT' || code === 'ENOTDIR' ? [] : undefined;
    }
  }

  /** Forgets the state of a zone: that of a server that does not roll grows old while another rolls. */
  async remove(zone: string): Promise<Result<undefined>> {
    try {
      await rm(this.#fileOf(zone), { force: true });
      return ok(undefined);
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return fail(systemErrorText(error));
    }
  }

  #fileOf(zone: string): string {
    // The longest names are too long for a file, and some octets of names are not for file names.
    const name =
      zone.length <= LONGEST && /^[a-z0-9._-]+$/.test(zone) ? zone : `#${digestOf(Buffer.from(zone))}`;
    return path.join(this.#folder, `${name}.json`);
  }
}

const LONGEST = 200;

function headOf(body: Uint8Array): string {
  return `${MAGIC} ${digestOf(body)}`;
}

function digestOf(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}
