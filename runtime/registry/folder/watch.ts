/**
 * Watches the policies folder. An event is only a hint to scan again: what counts is the content that the
 * scan finds. Events come from the thread that scans (events.ts); some get lost, so a slow round scans
 * anyway.
 *
 * A file that seems to be gone is looked for twice: editors remove a file before they write it anew, and a
 * folder that is being replaced is empty at first. A policies folder that is gone changes nothing: zones go
 * on being served until it is back.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DnsteerError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { distrusting, type FolderContent, type SeenFile } from './content.ts';
import { type Scan, unreadableFolder } from './scan.ts';
import { ScanThread, type ScanThreadOptions } from './scan-thread.ts';

/** Quiet time between the last hint and the scan: the writes of one save are a few milliseconds apart. */
const QUIET_MS = 40;
/** Time between the first hint and the scan, however many hints follow. */
const MOST_MS = 150;
/** Time between two scans of a folder that lacks files, and how long they go on if it keeps changing. */
const CONFIRM_MS = 100;
const CONFIRM_MOST_MS = 3000;
/** After so long the changes of other files are handed on meanwhile. */
const HELD_UP_MS = 300;
const SAFETY_ROUND_MS = 5000;

export interface FolderWatchOptions {
  readonly root: string;
  readonly log: Logger;
  /** Called with the files when some have changed, and again only once its promise has settled. */
  readonly onChange: (files: FolderContent) => Promise<void>;
  readonly scans?: Pick<ScanThreadOptions, 'begin' | 'stuckMs'>;
}

export class FolderWatch {
  readonly #root: string;
  readonly #log: Logger;
  readonly #onChange: FolderWatchOptions['onChange'];
  readonly #scans: ScanThread;
  #files: FolderContent = new Map();
  #identity = '';
  #safety: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #firstHint: number | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** Whether a scan is due that has not begun: it sees all that another one would. */
  #isQueued = false;
  #stopped = false;
  /** Complaints that are in the log already: a round does not log them again. */
  #complaints: ReadonlySet<string> = new Set();

  constructor(options: FolderWatchOptions) {
    this.#root = path.resolve(options.root);
    this.#log = options.log;
    this.#onChange = options.onChange;
    this.#scans = new ScanThread({
      ...options.scans,
      root: this.#root,
      log: this.#log,
      onHint: () => this.#hint(),
    });
  }

  /**
   * Begins to watch. Resolves with the files that are there now.
   * @throws {DnsteerError} `START`, if the folder cannot be read.
   */
  async start(): Promise<FolderContent> {
    const scan = await this.#scans.scan();
    if (!scan.ok) throw new DnsteerError('START', unreadableFolder(this.#root, scan.problem));
    this.#files = scan.files;
    this.#identity = scan.identity;
    this.#complain(scan.problems);
    this.#safety = setInterval(() => void this.look(), SAFETY_ROUND_MS);
    return scan.files;
  }

  /** Scans now. Resolves when `onChange` has handled the changes. */
  look(): Promise<void> {
    if (this.#isQueued) return this.#looking;
    this.#isQueued = true;
    this.#looking = this.#looking.then(() => {
      this.#isQueued = false;
      return this.#look();
    });
    return this.#looking;
  }

  /** Has the next scan find these files changed: they were read when they were not as the last one saw them. */
  distrust(files: ReadonlySet<string>): void {
    this.#files = distrusting(this.#files, files);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#safety);
    await Promise.all([this.#scans.end(), this.#looking]);
  }

  /** Warnings for the operator, each as long as it holds. */
  get warnings(): string[] {
    return [...this.#complaints, ...this.#scans.warnings];
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
    this.#identity = scan.identity;
    await this.#handOn(scan.files);
  }

  /**
   * Scans again while known files are missing and the folder keeps changing. If that takes long, other
   * changes are handed on meanwhile: a file that is removed and written anew, again and again, holds up no
   * other.
   */
  async #steadyScan(): Promise<Scan> {
    const begun = performance.now();
    let scan = await this.#scans.scan();
    while (
      !this.#stopped &&
      scan.ok &&
      lacksSome(scan.files, this.#files) &&
      performance.now() - begun < CONFIRM_MOST_MS
    ) {
      const isLong = performance.now() - begun > HELD_UP_MS && scan.identity === this.#identity;
      if (isLong) await this.#handOn(withMissing(scan.files, this.#files));
      await sleep(CONFIRM_MS);
      const before = scan;
      scan = await this.#scans.scan();
      if (scan.ok && sameContent(scan.files, before.files)) break;
    }
    return scan;
  }

  async #handOn(files: FolderContent): Promise<void> {
    const isChanged = !sameContent(files, this.#files);
    this.#files = files;
    if (isChanged) await this.#onChange(files);
  }

  #complain(complaints: readonly string[]): void {
    for (const complaint of complaints) if (!this.#complaints.has(complaint)) this.#log.warn(complaint);
    this.#complaints = new Set(complaints);
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

/** The files found, and known files that are missing. */
function withMissing(files: FolderContent, known: FolderContent): FolderContent {
  const both = new Map<string, SeenFile>(known);
  for (const [file, seen] of files) both.set(file, seen);
  return both;
}
