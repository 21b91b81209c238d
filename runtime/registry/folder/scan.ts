/**
 * Scans the policies folder for its content: a hash per file. Files with the same inode, size and times as
 * before are not read again.
 *
 * People who write into the folder choose how much it holds, and how that is linked: so the scan bounds
 * what one folder below it may hold. All calls wait for the system, however long that takes: a server makes
 * them in a thread for that purpose (scan-thread.ts).
 */
import { type BigIntStats, type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { contentHash } from '../../base/files/content-hash.ts';
import { stampOf } from '../../base/files/file-state.ts';
import { fileProblemText, readRegularFileSync } from '../../base/files/read-file.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { isHiddenFolder, MAX_HASHED_OCTETS } from '../../build/import-rules.ts';
import type { FolderContent } from './content.ts';
import { type KnownFile, knownAs, unreadable } from './known-file.ts';

export type Scan =
  | {
      readonly ok: true;
      /** Device and inode: they differ when another folder has taken the place of the policies folder. */
      readonly identity: string;
      readonly files: FolderContent;
      /** Parts that could not be read, in words. The scan keeps what it knew of them. */
      readonly problems: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/** Entries that a scan looks at in one folder of the first level, or beside these, by any path. */
export const MOST_ENTRIES = 50_000;
/** Links to folders that a scan follows; folders that link to each other count for each way through them. */
export const MOST_FOLDER_LINKS = 100;
/** Folders within folders. */
export const MOST_DEPTH = 32;

export interface ScanOptions {
  /** Called with each path, relative to the folder, before the scan does anything with it. */
  readonly onStep?: (place: string) => void;
  /** Called with each folder before the scan lists it, so that a watch misses nothing that comes later. */
  readonly onFolder?: (absolute: string) => void;
  /** Whether a file was written to since it came to its place; asked with its path, for files that may have changed. */
  readonly isWritten?: (absolute: string) => boolean;
  /** Entries of one folder; default {@link MOST_ENTRIES}. */
  readonly mostEntries?: number;
  /** The files that an earlier scanner found. */
  readonly known?: ReadonlyMap<string, KnownFile>;
}

export class FolderScanner {
  readonly #root: string;
  readonly #options: ScanOptions;
  #known: ReadonlyMap<string, KnownFile>;

  constructor(root: string, options: ScanOptions = {}) {
    this.#root = root;
    this.#options = options;
    this.#known = options.known ?? new Map();
  }

  /** `avoid`: paths that the scan does not look at or into. It keeps what it knew of them. */
  scan(avoid: readonly string[] = []): Scan {
    try {
      this.#options.onStep?.('.');
      const { dev, ino } = statSync(this.#root, { bigint: true });
      const folder = realpathSync(this.#root);
      const found: Found = {
        files: new Map(),
        problems: [],
        realRoot: folder,
        entries: new Map(),
        folderLinks: new Map(),
        avoid,
      };
      // The root itself must be readable; below it, the scan skips what it cannot read.
      this.#options.onFolder?.(folder);
      const entries = readdirSync(this.#root, { withFileTypes: true });
      this.#visit('', entries, [folder], found);
      this.#known = found.files;
      return { ok: true, identity: `${dev}:${ino}`, files: found.files, problems: found.problems };
    } catch (error) {
      return { ok: false, problem: systemErrorText(error) };
    }
  }

  #visit(folder: string, entries: readonly Dirent[], trail: readonly string[], found: Found): void {
    for (const entry of entries) {
      if (isHiddenFolder(entry.name) || entry.name.endsWith('~')) continue;
      const place = path.join(folder, entry.name);
      if (found.avoid.includes(place)) {
        this.#keep(place, found);
        continue;
      }
      if (this.#isTooMany(place, found)) {
        this.#keep(folder, found);
        return;
      }
      this.#options.onStep?.(place);
      const where = path.join(trail.at(-1) ?? '', entry.name);
      if (entry.isFile()) this.#note(place, trail.at(-1) ?? '', found);
      else if (entry.isDirectory()) this.#descend(place, [...trail, where], found);
      else if (entry.isSymbolicLink()) this.#follow(place, trail, found);
    }
  }

  /** Counts an entry. Each folder of the first level has its own count, and files beside these another. */
  #isTooMany(place: string, found: Found): boolean {
    const share = shareOf(place);
    const entries = (found.entries.get(share) ?? 0) + 1;
    found.entries.set(share, entries);
    const { mostEntries = MOST_ENTRIES } = this.#options;
    if (entries === mostEntries + 1)
      found.problems.push(
        `Folder ${share} holds more than ${mostEntries} files, folders and links: those beyond are not looked at`,
      );
    return entries > mostEntries;
  }

  #descend(folder: string, trail: readonly string[], found: Found): void {
    if (trail.length > MOST_DEPTH) {
      found.problems.push(
        `Folder ${folder} lies more than ${MOST_DEPTH} folders deep, and is not looked into`,
      );
      return;
    }
    try {
      this.#options.onFolder?.(path.join(this.#root, folder));
      const entries = readdirSync(path.join(this.#root, folder), { withFileTypes: true });
      this.#visit(folder, entries, trail, found);
    } catch (error) {
      if (isGone(error)) return;
      found.problems.push(`Folder ${folder} cannot be read: ${systemErrorText(error)}`);
      this.#keep(folder, found);
    }
  }

  #follow(link: string, trail: readonly string[], found: Found): void {
    try {
      const target = realpathSync(path.join(this.#root, link));
      const stats = statSync(target, { bigint: true });
      const isInside = target.startsWith(found.realRoot + path.sep);
      if (stats.isFile()) {
        // Kubernetes keeps the files of a ConfigMap in such a folder, which is hidden and may change.
        if (isInside) this.#options.onFolder?.(path.dirname(target));
        if (isInside) this.#note(link, path.dirname(target), found);
        else noteUnread(link, stats, found);
      } else if (stats.isDirectory() && !trail.includes(target)) {
        if (isInside) this.#descendLink(link, [...trail, target], found);
        else found.problems.push(`Folder ${link} ${LEADS_OUT}`);
      }
    } catch (error) {
      if (!isGone(error)) found.problems.push(`Link ${link} cannot be followed: ${systemErrorText(error)}`);
    }
  }

  #descendLink(link: string, trail: readonly string[], found: Found): void {
    const share = shareOf(link);
    const links = (found.folderLinks.get(share) ?? 0) + 1;
    found.folderLinks.set(share, links);
    if (links <= MOST_FOLDER_LINKS) this.#descend(link, trail, found);
    else if (links === MOST_FOLDER_LINKS + 1)
      found.problems.push(
        `Folder ${share} holds more than ${MOST_FOLDER_LINKS} ways through links to folders: those beyond are not followed`,
      );
  }

  /** `holder`: the folder that holds the file once links are resolved. */
  #note(file: string, holder: string, found: Found): void {
    this.#look(file, found);
    const seen = found.files.get(file);
    const relative = path.relative(found.realRoot, holder) || '.';
    const realFolder = relative === path.dirname(file) ? undefined : relative;
    if (seen === undefined || seen.realFolder === realFolder) return;
    const { realFolder: _, ...rest } = seen;
    found.files.set(file, realFolder === undefined ? rest : { ...rest, realFolder });
  }

  #look(file: string, found: Found): void {
    const absolute = path.join(this.#root, file);
    const known = this.#known.get(file);
    // Most files are small: of one that is news nothing needs to be known before it is opened.
    if (known === undefined && this.#examine(file, absolute, found)) return;
    try {
      // This only tells whether the file is the known one: a file that is opened is judged by its descriptor.
      const stats = statSync(absolute, { bigint: true });
      if (known?.settled && known.stamp === stampOf(stats)) found.files.set(file, known);
      else if (stats.size > MAX_HASHED_OCTETS)
        noteUnread(file, stats, found, this.#isWritten(file, absolute, stats));
      else this.#examine(file, absolute, found);
    } catch (error) {
      if (!isGone(error)) found.files.set(file, unreadable(systemErrorText(error)));
    }
  }

  /** Reads a file. Returns whether it is no larger than what may be read. */
  #examine(file: string, absolute: string, found: Found): boolean {
    const read = readRegularFileSync(absolute, { mostOctets: MAX_HASHED_OCTETS });
    if (read.ok) {
      const { octets, stats } = read.value;
      found.files.set(file, knownAs(contentHash(octets), stats, this.#isWritten(file, absolute, stats)));
    } else if (read.problem.kind !== 'absent') {
      // A file that cannot be read exists all the same: its zone must not be dropped.
      found.files.set(file, unreadable(fileProblemText(read.problem)));
    }
    return read.ok || read.problem.kind !== 'too-large';
  }

  /** Events are told once, so that what is known of the same state of the file counts as well. */
  #isWritten(file: string, absolute: string, stats: BigIntStats): boolean {
    const known = this.#known.get(file);
    if (known?.madeHere !== undefined && known.stamp === stampOf(stats)) return true;
    return this.#options.isWritten?.(absolute) ?? false;
  }

  /** Keeps the known files of a part that the scan does not look at. */
  #keep(part: string, found: Found): void {
    for (const [file, known] of this.#known) {
      const isPart = part === '' || file === part || file.startsWith(part + path.sep);
      if (isPart && !found.files.has(file)) found.files.set(file, known);
    }
  }
}

/** The folder of the first level that a path is in; `.` for files beside these. */
function shareOf(place: string): string {
  const end = place.indexOf(path.sep);
  return end === -1 ? '.' : place.slice(0, end);
}

const LEADS_OUT = 'is a symbolic link out of the policies folder, and is not looked into';

interface Found {
  readonly files: Map<string, KnownFile>;
  readonly problems: string[];
  readonly realRoot: string;
  readonly avoid: readonly string[];
  /** Folder of the first level → how many of its entries were looked at. */
  readonly entries: Map<string, number>;
  /** Folder of the first level → how many of its links to folders were looked at. */
  readonly folderLinks: Map<string, number>;
}

/** The message that the policies folder cannot be read, and what to do. */
export function unreadableFolder(root: string, problem: string): string {
  const remedy = '"dnsteer new" makes one, --policies names another';
  return `Cannot read the policies folder ${root}: ${problem} (${remedy})`;
}

/** Notes a file that is not read: it is too large, or lies outside, where no link may lead the scan. */
function noteUnread(file: string, stats: BigIntStats, found: Found, isWritten = false): void {
  found.files.set(file, knownAs(stampOf(stats), stats, isWritten));
}

function isGone(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
