/**
 * The versions of zones before the last good ones: the last few of each zone, compressed, a folder for each zone that has
 * changed. The name of a file says when its version went live, and which it is; each is there once, also where it went live
 * more than once. Nobody needs them to answer: what cannot be kept is logged, and that is all.
 */
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { namesIn } from '../../base/files/names-in.ts';
import { readRegularFile } from '../../base/files/read-file.ts';
import { makeFolders, replaceFile } from '../../base/files/replace-file.ts';
import type { Logger } from '../../base/log.ts';
import { systemErrorText } from '../../base/system-error.ts';
import { decodeLastGood, encodeLastGood, keptName, type LastGood } from '../last-good.ts';

/** A version that is kept. */
export interface EarlierVersion {
  /** As the status shows it. */
  readonly version: string;
  /** When it went live, in milliseconds since 1970. */
  readonly since: number;
}

/** Versions of one zone. */
export const MOST_EARLIER = 5;
/** Octets of one version, and of all of a zone as they are compressed: a zone of millions of records has none. */
const MOST_OCTETS = 16 * 2 ** 20;
const MOST_COMPRESSED = 8 * 2 ** 20;

/** `state`: the state folder. */
export function earlierFolder(state: string): string {
  return path.join(state, 'earlier');
}

export class EarlierVersions {
  readonly #folder: string;
  readonly #log: Logger;

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Keeps the version whose place another takes, unless both say the same. What is wrong is logged. */
  async keep(after: LastGood, read: () => Promise<LastGood | undefined>): Promise<void> {
    const { zone } = after;
    const folder = this.#folderOf(zone);
    try {
      // Nobody reads and compresses a large zone because it has changed again.
      if (after.records.octets.length > MOST_OCTETS) return;
      const before = await read();
      if (before === undefined || saysTheSame(before, after)) return;
      const octets = Buffer.concat(await encodeLastGood(before));
      if (octets.length > MOST_OCTETS) return;
      const compressed = await promisify(gzip)(octets);
      await makeFolders(folder, 0o700);
      await replaceFile(path.join(folder, nameOf(before)), [compressed]);
      await this.#tidy(folder, (other) => other.version === after.version || isTwin(other, before));
    } catch (error) {
      this.#log.warn({ zone, folder }, `The version before is not kept: ${systemErrorText(error)}`);
    }
  }

  /** The versions of a zone, the last one first. Rejects with errors of the system. */
  async list(zone: string): Promise<EarlierVersion[]> {
    return (await namesIn(this.#folderOf(zone))).flatMap((name) => versionOf(name) ?? []).sort(lastFirst);
  }

  /** Reads a version of a zone; `undefined` if it is not there, or not sound. */
  async read(zone: string, version: EarlierVersion): Promise<LastGood | undefined> {
    const file = path.join(this.#folderOf(zone), nameOf(version));
    const read = await readRegularFile(file, { mostOctets: MOST_COMPRESSED });
    if (!read.ok) return undefined;
    try {
      const octets = await promisify(gunzip)(read.value.octets, { maxOutputLength: MOST_OCTETS });
      const decoded = await decodeLastGood(Buffer.from(octets), zone);
      return decoded.ok ? decoded.value : undefined;
    } catch {
      // A torn file ends too early, or its checksum is wrong.
      return undefined;
    }
  }

  /** Removes the versions of zones of other names than these (last-good.ts). Rejects with errors of the system. */
  async prune(names: ReadonlySet<string>): Promise<void> {
    for (const name of await namesIn(this.#folder))
      if (!names.has(name)) await rm(path.join(this.#folder, name), { recursive: true, force: true });
  }

  /** Removes versions that are gone, and those beyond the bounds, the oldest first. */
  async #tidy(folder: string, isGone: (version: EarlierVersion) => boolean): Promise<void> {
    let [count, octets] = [0, 0];
    for (const name of (await namesIn(folder)).sort().toReversed()) {
      const file = path.join(folder, name);
      const version = versionOf(name);
      const isWanted = version !== undefined && !isGone(version);
      if (isWanted) {
        count += 1;
        octets += (await stat(file)).size;
      }
      if (!isWanted || count > MOST_EARLIER || octets > MOST_COMPRESSED) await rm(file, { force: true });
    }
  }

  #folderOf(zone: string): string {
    return path.join(this.#folder, keptName(zone));
  }
}

const NO_OCTETS = new Uint8Array(0);

/** Whether files say the same of both: each update of dynamic records makes another version. */
function saysTheSame(before: LastGood, after: LastGood): boolean {
  return (
    before.version === after.version ||
    (before.policy?.script === after.policy?.script &&
      Buffer.compare(before.policy?.lists ?? NO_OCTETS, after.policy?.lists ?? NO_OCTETS) === 0 &&
      Buffer.compare(before.records.octets, after.records.octets) === 0)
  );
}

/** The same version, which was live at another time. */
function isTwin(other: EarlierVersion, { version, since }: EarlierVersion): boolean {
  return other.version === version && other.since !== since;
}

function lastFirst(a: EarlierVersion, b: EarlierVersion): number {
  return b.since - a.since;
}

/** Names are in the order of time: milliseconds have 13 digits until the year 2286. */
function nameOf({ since, version }: EarlierVersion): string {
  return `${String(since).padStart(13, '0')}-${version}.gz`;
}

function versionOf(name: string): EarlierVersion | undefined {
  const { since, version } = /^(?<since>\d{13})-(?<version>[0-9a-f]+)\.gz$/.exec(name)?.groups ?? {};
  return since === undefined || version === undefined ? undefined : { since: Number(since), version };
}
