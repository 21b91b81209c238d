/**
 * Sees that files with geo data change. An event is only a hint, and a slow round looks anyway; files are looked at
 * once they have been quiet for a moment, as one that is written in place may be half of what it is to be (`QuietTime`).
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { QuietTime } from '../../base/files/quiet-time.ts';
import type { Logger } from '../../base/log.ts';
import { FolderEvents } from '../../registry/folder/events.ts';

export interface GeoWatchOptions {
  readonly files: () => readonly string[];
  /** What a file looks like now, if it may have changed since it was taken over. */
  readonly changed: (file: string) => Promise<string | undefined>;
  /** Takes over files that may have changed; called again only once its promise has settled. */
  readonly onChange: () => Promise<unknown>;
  readonly log: Logger;
}

/** Milliseconds without an event before a look. */
const QUIET_MS = 200;
const ROUND_MS = 30_000;

export class GeoWatch {
  readonly #options: GeoWatchOptions;
  readonly #quiet = new QuietTime();
  #events: FolderEvents | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isStopped = false;

  constructor(options: GeoWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#round = setInterval(() => this.#hint(0), ROUND_MS).unref();
    this.#hint(0);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#round);
    clearTimeout(this.#timer);
    this.#events?.close();
  }

  /** Watches the folders of the files: again, as a watch ends after some events. */
  #watch(files: readonly string[]): void {
    const [first] = files;
    if (first === undefined) return;
    this.#events ??= new FolderEvents(path.dirname(first), () => this.#hint(QUIET_MS));
    for (const file of files) for (const one of [file, targetOf(file)]) this.#events.see(path.dirname(one));
    this.#events.settle();
  }

  #hint(ms: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms).unref();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return this.#hint(QUIET_MS);
    this.#isLooking = true;
    const { files, onChange, log } = this.#options;
    try {
      this.#watch(files());
      const changed = await this.#changed(files());
      const waitMs = changed === '' ? undefined : this.#quiet.waitMs(changed, [Date.now()], Date.now());
      if (waitMs !== undefined) this.#hint(waitMs);
      else if (changed !== '') await onChange();
    } catch (error) {
      log.error({ err: error }, 'Changed geo data cannot be put into use; those before are');
    } finally {
      this.#isLooking = false;
    }
  }

  /** What the files that may have changed look like; empty where none has. */
  async #changed(files: readonly string[]): Promise<string> {
    const seen = await Promise.all(files.map((file) => this.#options.changed(file)));
    return seen.filter((stamp) => stamp !== undefined).join(' ');
  }
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // What is gone comes back into the folder of its name.
    return file;
  }
}
