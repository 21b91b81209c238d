/**
 * Many small files in one, which is read at once and written with one wait for the disk:
 *
 *     dnsteer-pack 1 <octets of the index> <SHA-256 of the index>⏎
 *     the index: a JSON array of [name, octets]
 *     the files, one behind the other
 *
 * The files are not covered by the checksum: each has to tell by itself whether it is whole.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fail, ok, type Result } from '../result.ts';
import { fileProblemText, isNone, readRegularFile } from './read-file.ts';
import { replaceFile } from './replace-file.ts';

/** Octets of the files that a pack holds at most; it is in memory while it is read or written. */
export const MOST_PACKED = 64 * 2 ** 20;

/** Milliseconds for which a pack stays in memory after it was last asked for. */
const HELD_MS = 5000;

export class FilePack {
  readonly #file: string;
  readonly #onFaulty: (problem: string) => Promise<void>;
  #names: Promise<ReadonlySet<string>> | undefined;
  /** The files themselves, for a while after they were asked for. */
  #held: Promise<Packed> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `onFaulty` is called where there is a file that is no pack; it should take it away. */
  constructor(file: string, onFaulty: (problem: string) => Promise<void>) {
    this.#file = file;
    this.#onFaulty = onFaulty;
  }

  async has(name: string): Promise<boolean> {
    return (await this.names()).has(name);
  }

  async get(name: string): Promise<Buffer<ArrayBuffer> | undefined> {
    const octets = (await this.has(name)) ? (await this.#all()).get(name) : undefined;
    // Whoever keeps a part of it would keep all files in memory.
    return octets && Buffer.from(octets);
  }

  names(): Promise<ReadonlySet<string>> {
    this.#names ??= this.#all().then((all) => new Set(all.keys()));
    return this.#names;
  }

  /**
   * Adds files and takes files away (`undefined`), all in one step. Those for which there is no room are left out.
   * Returns the names of those that were added. Throws the system's error, and then nothing has changed.
   */
  async change(
    changes: ReadonlyMap<string, readonly Uint8Array[] | undefined>,
  ): Promise<ReadonlySet<string>> {
    const files: (readonly [name: string, parts: readonly Uint8Array[]])[] = [];
    let octets = 0;
    const add = (name: string, parts: readonly Uint8Array[]): boolean => {
      const size = sizeOf(parts);
      if (octets + size > MOST_PACKED) return false;
      octets += size;
      files.push([name, parts]);
      return true;
    };
    for (const [name, before] of await this.#all()) if (!changes.has(name)) add(name, [before]);
    const added = new Set<string>();
    for (const [name, parts] of changes) if (parts !== undefined && add(name, parts)) added.add(name);
    await replaceFile(this.#file, await octetsOf(files));
    this.#names = Promise.resolve(new Set(files.map(([name]) => name)));
    this.#release();
    return added;
  }

  #all(): Promise<Packed> {
    this.#held ??= this.#read();
    this.#timer ??= setTimeout(() => this.#release(), HELD_MS).unref();
    this.#timer.refresh();
    return this.#held;
  }

  #release(): void {
    this.#held = undefined;
  }

  async #read(): Promise<Packed> {
    const read = await readRegularFile(this.#file, { mostOctets: 2 * MOST_PACKED });
    if (!read.ok && isNone(read.problem)) return NOTHING;
    const packed = read.ok ? unpack(read.value.octets) : fail(fileProblemText(read.problem));
    if (packed.ok) return packed.value;
    await this.#onFaulty(packed.problem);
    return NOTHING;
  }
}

type Packed = ReadonlyMap<string, Buffer<ArrayBuffer>>;
const NOTHING: Packed = new Map();
const MAGIC = 'dnsteer-pack';
const FORMAT = '1';
/** Parts that are joined, so that not each of them is written by itself. */
const JOINED = 4096;

async function octetsOf(
  files: readonly (readonly [name: string, parts: readonly Uint8Array[]])[],
): Promise<Uint8Array[]> {
  const index = Buffer.from(JSON.stringify(files.map(([name, parts]) => [name, sizeOf(parts)])));
  const joined: Uint8Array[] = [Buffer.from(`${MAGIC} ${FORMAT} ${index.length} ${sha256(index)}\n`), index];
  const parts = files.flatMap(([, some]) => some);
  for (let at = 0; at < parts.length; at += JOINED) {
    await nextTurn();
    joined.push(Buffer.concat(parts.slice(at, at + JOINED)));
  }
  return joined;
}

function unpack(octets: Buffer<ArrayBuffer>): Result<Packed> {
  const end = octets.indexOf('\n');
  const [magic, format, length, sum] = octets.toString('latin1', 0, Math.max(end, 0)).split(' ');
  if (magic !== MAGIC) return fail('it does not begin as such a file does');
  if (format !== FORMAT) return fail(`its format is not ${FORMAT}, the one known here`);
  const index = octets.subarray(end + 1, end + 1 + Number(length));
  if (sum !== sha256(index)) return fail('the checksum of its index is wrong');
  const files = new Map<string, Buffer<ArrayBuffer>>();
  let at = end + 1 + index.length;
  for (const [name, size] of JSON.parse(index.toString()) as [name: string, size: number][]) {
    files.set(name, octets.subarray(at, at + size));
    at += size;
  }
  return at === octets.length ? ok(files) : fail('it is not as long as its index says');
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}
