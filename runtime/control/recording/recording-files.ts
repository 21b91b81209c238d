/**
 * The files of a recording, in a folder: lines are added to the newest, until it is as large as one may be or was made in
 * another way; then another begins, and the oldest is removed where there are enough. A file is opened for what is to be
 * added, and closed again: one that somebody has removed is made anew, and several servers may add to one, as during
 * `--replace`. What is added is whole lines; a last line that was cut off, as its server was killed, is ended first.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { giveToOwner } from '../../base/files/folder-owner.ts';
import { namesIn } from '../../base/files/names-in.ts';
import { writeInFolder } from '../../base/files/replace-file.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../../rpc/recorded-line.ts';
import { nextRecordingName, recordingNamesIn } from './recording-names.ts';

export interface RecordingLimits {
  readonly folder: string;
  /** The most octets of a file. */
  readonly octets: number;
  /** The most files. */
  readonly files: number;
}

/** How lines are made: those that are made in two ways are in two files. */
export type WayOfRecording = Pick<RecordingHeader, 'sample' | 'full'>;

/** Clients are in it: only its owner reads it. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** No link leads elsewhere, as the folder may belong to another user; and a pipe in place of a file is not waited for. */
const FLAGS =
  constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Octets in which the header ends. */
const MOST_HEADER = 512;
const NEWLINE = 0x0a;

export class RecordingFiles {
  readonly #limits: RecordingLimits;
  readonly #now: () => Date;
  /** The file that is added to, by the way in which its lines are made: those of the way before may come late. */
  readonly #newest = new Map<string, string>();

  constructor(limits: RecordingLimits, now = () => new Date()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Adds lines, each with its newline. Throws the system's error: none of them is added then. */
  async add(way: WayOfRecording, lines: string): Promise<void> {
    await writeInFolder(this.#limits.folder, () => this.#add(way, Buffer.from(lines)), FOLDER_MODE);
  }

  async #add(way: WayOfRecording, lines: Buffer): Promise<void> {
    const key = `${way.sample} ${way.full}`;
    const known = this.#newest.get(key);
    if (known !== undefined && (await this.#addTo(known, way, lines))) return;
    let names = await this.#remove(this.#limits.files);
    let name = known === undefined ? names.at(-1) : undefined;
    while (name === undefined || !(await this.#addTo(name, way, lines))) {
      names = await this.#remove(this.#limits.files - 1);
      name = nextRecordingName(this.#now(), names.at(-1) ?? name ?? known);
    }
    this.#newest.set(key, name);
  }

  /** Removes the oldest files until no more than so many are left; returns the names of those. */
  async #remove(most: number): Promise<string[]> {
    const { folder } = this.#limits;
    const names = recordingNamesIn(await namesIn(folder));
    const kept = Math.max(0, names.length - most);
    for (const name of names.slice(0, kept)) await rm(path.join(folder, name), { force: true });
    return names.slice(kept);
  }

  /** False if the file is too large, or its lines are made in another way. */
  async #addTo(name: string, way: WayOfRecording, lines: Buffer): Promise<boolean> {
    const { folder, octets } = this.#limits;
    await using handle = await open(path.join(folder, name), FLAGS, FILE_MODE);
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error(`${name} is no regular file`);
    const { size } = stats;
    if (size === 0) {
      await giveToOwner(handle, folder);
      await write(handle, size, [headerLine(way, this.#now()), lines]);
      return true;
    }
    if (size + lines.length > octets || !isOfWay(await headerOf(handle), way)) return false;
    await write(handle, size, (await endsLine(handle, size)) ? [lines] : [Buffer.of(NEWLINE), lines]);
    return true;
  }
}

/** What cannot be written as a whole is taken back. */
async function write(handle: FileHandle, size: number, parts: readonly Buffer[]): Promise<void> {
  try {
    await handle.writeFile(Buffer.concat(parts));
  } catch (error) {
    await handle.truncate(size).catch(() => {});
    throw error;
  }
}

function headerLine({ sample, full }: WayOfRecording, now: Date): Buffer {
  const header: RecordingHeader = {
    dnsteer: 'recording',
    format: RECORDING_FORMAT,
    sample,
    full,
    began: now.toISOString(),
  };
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

async function headerOf(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_HEADER), 0, MOST_HEADER, 0);
  const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n');
  return line;
}

/** Whether a file with this header is for lines that are made in this way. */
function isOfWay(header: string, { sample, full }: WayOfRecording): boolean {
  try {
    const read = JSON.parse(header) as Partial<RecordingHeader> | null;
    return (
      read?.dnsteer === 'recording' &&
      read.format === RECORDING_FORMAT &&
      read.sample === sample &&
      read.full === full
    );
  } catch {
    return false;
  }
}

async function endsLine(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] === NEWLINE;
}
