/**
 * Hints that something in folders may have changed, from chokidar: it watches each folder that was seen, and nothing
 * that was not, so that its calls, which are left to libuv's pool, do not go where a file system hangs. No hint is
 * believed, so they need no more than come soon: a flood of changes is a few hints.
 */
import { type FSWatcher as ParentWatcher, statSync, watch as watchParent } from 'node:fs';
import path from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { systemErrorCode } from '../../base/system-error.ts';

/** Between two hints. */
const PAUSE_MS = 20;
/** Of one folder between two looks at it: a save is some of them, and a burst of saves is to be seen as one. */
const MOST_EVENTS = 64;
/** The system has so many for all programs together. */
const MOST_FOLDERS = 5000;

interface Watched {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

export class FolderEvents {
  readonly #onHint: () => void;
  readonly #watched = new Map<string, Watched>();
  readonly #seen = new Set<string>();
  #parent: ParentWatcher | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isDue = false;
  /** Folders, changes in which are seen late, in the round that has begun. */
  #unwatched = 0;

  /** `root` is watched in its parent as well. */
  constructor(root: string, onHint: () => void) {
    this.#onHint = onHint;
    this.#parent = this.#watchParent(root);
  }

  /** A folder is about to be listed. */
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

  /** All folders there are have been seen; returns in how many of them changes are noticed late. */
  settle(): number {
    for (const folder of this.#watched.keys()) if (!this.#seen.has(folder)) this.#forget(folder);
    this.#seen.clear();
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
   * One watch of the system a folder: what is in it is for the scan to look at. It ends after some events, so that a
   * flood of them is no work; the scan that follows begins it again, and what comes before it watches is hinted at then.
   */
  #watch(folder: string): FSWatcher {
    const watcher = watch(folder, { depth: 0, ignored: (place) => place !== folder });
    watcher.on('ready', () => this.#hint());
    let left = MOST_EVENTS;
    watcher.on('raw', () => {
      left -= 1;
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

  /** Events get lost when the folder itself is replaced. Where its parent cannot be watched, a slow round has to do. */
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
