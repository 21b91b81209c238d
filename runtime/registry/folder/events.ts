/**
 * Hints that something in folders may have changed, from chokidar. It watches only folders that the scan
 * has seen, so that its calls, which libuv's pool makes, do not go where a file system hangs. A hint only
 * asks for a scan, so that it need not be exact, but soon: a flood of changes makes a few hints.
 */
import { type FSWatcher as ParentWatcher, statSync, watch as watchParent } from 'node:fs';
import path from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { systemErrorCode } from '../../base/system-error.ts';

/** Time between two hints. */
const PAUSE_MS = 20;
/** Events of one folder between two scans: a save makes some, and a burst of saves should count as one. */
const MOST_EVENTS = 64;
/** Folders that are watched: the system has a limited number of watches for all programs together. */
const MOST_FOLDERS = 5000;

interface Watched {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

export class FolderEvents {
  readonly #onHint: () => void;
  readonly #watched = new Map<string, Watched>();
  readonly #seen = new Set<string>();
  /** Files that were written to since they came to their places, between two scans. */
  readonly #written = new Set<string>();
  #parent: ParentWatcher | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isDue = false;
  /** How many folders of the current scan are not watched, so that changes in them are seen late. */
  #unwatched = 0;

  /** The parent of `root` is watched as well. */
  constructor(root: string, onHint: () => void) {
    this.#onHint = onHint;
    this.#parent = this.#watchParent(root);
  }

  /** Watches a folder that the scan is about to list. */
  see(folder: string): void {
    if (this.#seen.has(folder)) return;
    this.#seen.add(folder);
    try {
      const { dev, ino } = statSync(folder, { bigint: true });
      const identity = `${dev}:${ino}`;
      if (this.#watched.get(folder)?.identity === identity) return;
      this.#forget(folder);
      if (this.#watched.size >= MOST_FOLDERS) this.#unwatched += 1;
      else this.#watched.set(folder, { identity, watcher: this.#watch(folder) });
    } catch {
      // If something is wrong with the folder, listing it fails and says so.
    }
  }

  /** Whether events since the scan before tell that a file was written to after it had come to its place. */
  isWritten(file: string): boolean {
    return this.#written.has(file);
  }

  /** Notes that the scan has seen all folders. Returns in how many of them changes are noticed late. */
  settle(): number {
    for (const folder of this.#watched.keys()) if (!this.#seen.has(folder)) this.#forget(folder);
    this.#seen.clear();
    this.#written.clear();
    const unwatched = this.#unwatched;
    this.#unwatched = 0;
    return unwatched;
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#parent?.close();
    for (const folder of this.#watched.keys()) this.#forget(folder);
  }

  /**
   * Each folder takes one watch of the system; the scan looks at what is in it. The watch ends after some
   * events, so that a flood of them makes no work. The next scan begins it again, with a hint for changes
   * that came meanwhile.
   */
  #watch(folder: string): FSWatcher {
    const watcher = watch(folder, { depth: 0, ignored: (place) => place !== folder });
    watcher.on('ready', () => this.#hint());
    let left = MOST_EVENTS;
    watcher.on('raw', (event, name) => {
      left -= 1;
      const file = path.join(folder, name ?? '');
      // A file that is made or renamed tells "rename", and "change" with each write after that.
      if (event === 'change') this.#written.add(file);
      else this.#written.delete(file);
      if (left === 0) this.#forget(folder);
      this.#hint();
    });
    return watcher.on('error', (error) => {
      if (['ENOSPC', 'EMFILE', 'ENFILE'].includes(systemErrorCode(error) ?? '')) this.#unwatched += 1;
      this.#forget(folder);
    });
  }

  #forget(folder: string): void {
    void this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }

  /** Sees that the root itself is replaced. Without a watch on its parent, only the slow round sees that. */
  #watchParent(root: string): ParentWatcher | undefined {
    try {
      return watchParent(path.dirname(root), (_event, name) => {
        if (name === path.basename(root)) this.#hint();
      }).on('error', () => this.#parent?.close());
    } catch {
      return undefined;
    }
  }

  #hint(): void {
    this.#isDue = true;
    if (this.#pause !== undefined) return;
    this.#isDue = false;
    this.#onHint();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#isDue) this.#hint();
    }, PAUSE_MS);
  }
}
