/**
 * What is in the policies folder, by content: a hash per file. Files whose inode, size and times
 * are as they were are not read again.
 */
import type { BigIntStats, Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode, systemErrorText } from '../base/system-error.ts';
import { contentHash } from './content-hash.ts';
import { isHiddenFolder } from './import-rules.ts';

export interface SeenFile {
  /** Of the content. */
  readonly hash: string;
  /** Milliseconds since 1970 of its last modification. */
  readonly modifiedAt: number;
}

/** Path relative to the folder → what is there. */
export type FolderContent = ReadonlyMap<string, SeenFile>;

export type Scan =
  | {
      readonly ok: true;
      /** Differs when another folder has taken the place of the one before. */
      readonly identity: string;
      /** The folder, links resolved. */
      readonly folder: string;
      readonly files: FolderContent;
      /** Parts that could not be read, in words. What was known of them is kept. */
      readonly problems: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/** Larger files are told apart by size and time alone. */
const MAX_HASHED_OCTETS = 4n * 1024n * 1024n;
/** A file this young may change again without its times showing it: their resolution is coarse. */
const RACY_MS = 2000;

interface Known extends SeenFile {
  readonly stamp: string;
  readonly settled: boolean;
}

export class FolderScanner {
  readonly #root: string;
  #known: ReadonlyMap<string, Known> = new Map();

  constructor(root: string) {
    this.#root = root;
  }

  async scan(): Promise<Scan> {
    try {
      const { dev, ino } = await stat(this.#root, { bigint: true });
      const folder = await realpath(this.#root);
      const found: Found = { files: new Map(), problems: [], realRoot: folder };
      // The root itself must be readable; below it, what can be read counts.
      const entries = await readdir(this.#root, { withFileTypes: true });
      await this.#visit('', entries, [folder], found);
      this.#known = found.files;
      return { ok: true, identity: `${dev}:${ino}`, folder, files: found.files, problems: found.problems };
    } catch (error) {
      return { ok: false, problem: systemErrorText(error) };
    }
  }

  async #visit(
    folder: string,
    entries: readonly Dirent[],
    trail: readonly string[],
    found: Found,
  ): Promise<void> {
    const wanted = entries.filter(({ name }) => !isHiddenFolder(name) && !name.endsWith('~'));
    await Promise.all(
      wanted.map(async (entry) => {
        const place = path.join(folder, entry.name);
        const where = path.join(trail.at(-1) ?? '', entry.name);
        if (entry.isFile()) await this.#note(place, found);
        else if (entry.isDirectory()) await this.#descend(place, [...trail, where], found);
        else if (entry.isSymbolicLink()) await this.#follow(place, trail, found);
      }),
    );
  }

  async #descend(folder: string, trail: readonly string[], found: Found): Promise<void> {
    try {
      const entries = await readdir(path.join(this.#root, folder), { withFileTypes: true });
      await this.#visit(folder, entries, trail, found);
    } catch (error) {
      if (isGone(error)) return;
      found.problems.push(`Folder ${folder} cannot be read: ${systemErrorText(error)}`);
      for (const [file, known] of this.#known) {
        if (file.startsWith(folder + path.sep)) found.files.set(file, known);
      }
    }
  }

  async #follow(link: string, trail: readonly string[], found: Found): Promise<void> {
    try {
      const target = await realpath(path.join(this.#root, link));
      const stats = await stat(target, { bigint: true });
      if (stats.isFile()) return await this.#note(link, found);
      if (!stats.isDirectory() || trail.includes(target)) return;
      if (target.startsWith(found.realRoot + path.sep))
        return await this.#descend(link, [...trail, target], found);
      found.problems.push(
        `Folder ${link} is a symbolic link out of the policies folder, and is not looked into`,
      );
    } catch (error) {
      if (!isGone(error)) found.problems.push(`Link ${link} cannot be followed: ${systemErrorText(error)}`);
    }
  }

  async #note(file: string, found: Found): Promise<void> {
    const absolute = path.join(this.#root, file);
    try {
      const stats = await stat(absolute, { bigint: true });
      const stamp = `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
      const known = this.#known.get(file);
      found.files.set(
        file,
        known?.settled && known.stamp === stamp ? known : await examine(absolute, stamp, stats),
      );
    } catch (error) {
      // A file that cannot be read is there all the same: its zone is not to be dropped.
      if (!isGone(error))
        found.files.set(file, { hash: systemErrorText(error), modifiedAt: 0, stamp: '', settled: false });
    }
  }
}

interface Found {
  readonly files: Map<string, Known>;
  readonly problems: string[];
  readonly realRoot: string;
}

/** Says that there is nothing to work with, and what to do. */
export function unreadableFolder(root: string, problem: string): string {
  const remedy = '"dnsteer new" makes one, --policies names another';
  return `Cannot read the policies folder ${root}: ${problem} (${remedy})`;
}

async function examine(absolute: string, stamp: string, stats: BigIntStats): Promise<Known> {
  const hash = stats.size > MAX_HASHED_OCTETS ? stamp : contentHash(await readFile(absolute));
  const modifiedAt = Number(stats.mtimeMs);
  return { hash, stamp, modifiedAt, settled: Date.now() - modifiedAt > RACY_MS };
}

function isGone(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
