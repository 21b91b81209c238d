/**
 * Sees what changes in the policies folder. No event is believed: each is a hint to look again, and
 * what counts is the content found. Events get lost when the folder itself is replaced (`mv`, a
 * symbolic link turned over), so its parent is watched as well, and a slow round looks anyway.
 *
 * What seems to be gone is looked for twice: editors remove a file before they write it anew, and
 * a folder being replaced is empty at first. A folder that is gone as a whole changes nothing:
 * zones go on being served until it is back.
 */
import { type FSWatcher as ParentWatch, watch as watchParent } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import { DnsteerError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type FolderContent, FolderScanner, type Scan, unreadableFolder } from './scan.ts';

/** Quiet after the last hint before looking: the writes of one save are a few milliseconds apart. */
const QUIET_MS = 40;
/** From the first hint to looking, however many follow. */
const MOST_MS = 150;
/** Between two looks at a folder that lacks files, and for how long if it goes on changing. */
const CONFIRM_MS = 100;
const CONFIRM_MOST_MS = 3000;
const SAFETY_ROUND_MS = 5000;

export interface FolderWatchOptions {
  readonly root: string;
  readonly log: Logger;
  /** Not called again before its promise settles. */
  readonly onChange: (files: FolderContent) => Promise<void>;
}

export class FolderWatch {
  readonly #root: string;
  readonly #log: Logger;
  readonly #onChange: FolderWatchOptions['onChange'];
  readonly #scanner: FolderScanner;
  #files: FolderContent = new Map();
  #identity = '';
  #events: FSWatcher | undefined;
  #parent: ParentWatch | undefined;
  #safety: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #firstHint: number | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** A look is due that has not begun: it will see what another would. */
  #isQueued = false;
  #stopped = false;
  /** Said already, not to be said again each round. */
  #complaints: ReadonlySet<string> = new Set();

  constructor(options: FolderWatchOptions) {
    this.#root = path.resolve(options.root);
    this.#log = options.log;
    this.#onChange = options.onChange;
    this.#scanner = new FolderScanner(this.#root);
  }

  /**
   * Begins to watch; resolves with what is there now.
   * @throws {DnsteerError} `START`, if the folder cannot be read.
   */
  async start(): Promise<FolderContent> {
    const scan = await this.#scanner.scan();
    if (!scan.ok) throw new DnsteerError('START', unreadableFolder(this.#root, scan.problem));
    this.#accept(scan);
    this.#parent = watchQuietly(this.#root, () => this.#hint());
    this.#safety = setInterval(() => void this.look(), SAFETY_ROUND_MS);
    return scan.files;
  }

  /** Looks now; resolves when what has changed has been dealt with. */
  look(): Promise<void> {
    if (this.#isQueued) return this.#looking;
    this.#isQueued = true;
    this.#looking = this.#looking.then(() => {
      this.#isQueued = false;
      return this.#look();
    });
    return this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#safety);
    this.#parent?.close();
    await this.#events?.close();
    await this.#looking;
  }

  #hint(): void {
    if (this.#stopped) return;
    const now = performance.now();
    this.#firstHint ??= now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#firstHint = undefined;
        void this.look();
      },
      Math.max(0, Math.min(QUIET_MS, this.#firstHint + MOST_MS - now)),
    );
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    const scan = await this.#steadyScan();
    if (this.#stopped) return;
    if (!scan.ok)
      return this.#complain([
        `Policies folder cannot be read; all zones are served as they were: ${scan.problem}`,
      ]);
    const isAnother = scan.identity !== this.#identity;
    if (isAnother && scan.files.size === 0 && this.#files.size > 0) {
      return this.#complain(['Policies folder is another one and empty; all zones are served as they were']);
    }
    this.#complain(scan.problems);
    const isChanged = !sameContent(scan.files, this.#files);
    this.#accept(scan);
    if (isChanged) await this.#onChange(scan.files);
  }

  /** A scan, repeated while it lacks known files and is still changing. */
  async #steadyScan(): Promise<Scan> {
    const until = performance.now() + CONFIRM_MOST_MS;
    let scan = await this.#scanner.scan();
    while (!this.#stopped && scan.ok && lacksSome(scan.files, this.#files) && performance.now() < until) {
      await sleep(CONFIRM_MS);
      const before = scan;
      scan = await this.#scanner.scan();
      if (scan.ok && sameContent(scan.files, before.files)) break;
    }
    return scan;
  }

  #accept(scan: Extract<Scan, { ok: true }>): void {
    this.#files = scan.files;
    if (scan.identity === this.#identity) return;
    this.#identity = scan.identity;
    void this.#events?.close();
    // Links are not followed: what may be read lies in the folder, and outside there is no end of files.
    this.#events = watch(scan.folder, { ignoreInitial: true, followSymlinks: false, ignored: isNoise })
      .on('all', () => this.#hint())
      // What changed before the watch began has no event.
      .on('ready', () => this.#hint())
      .on('error', (error) => this.#log.warn({ err: error }, 'Some changes to policies will be seen late'));
  }

  #complain(complaints: readonly string[]): void {
    for (const complaint of complaints) if (!this.#complaints.has(complaint)) this.#log.warn(complaint);
    this.#complaints = new Set(complaints);
  }
}

/** Folders that change often and hold no policies. Not `..data`: a ConfigMap is updated through it. */
function isNoise(file: string): boolean {
  const name = path.basename(file);
  return name === 'node_modules' || name === '.git';
}

/** Hints when something in the parent of `root` goes by its name. Where that cannot be watched, the slow round does. */
function watchQuietly(root: string, hint: () => void): ParentWatch | undefined {
  try {
    return watchParent(path.dirname(root), (_event, name) => {
      if (name === path.basename(root)) hint();
    }).on('error', () => {});
  } catch {
    return undefined;
  }
}

function sameContent(a: FolderContent, b: FolderContent): boolean {
  if (a.size !== b.size) return false;
  for (const [file, { hash }] of a) if (b.get(file)?.hash !== hash) return false;
  return true;
}

function lacksSome(files: FolderContent, known: FolderContent): boolean {
  for (const file of known.keys()) if (!files.has(file)) return true;
  return false;
}
