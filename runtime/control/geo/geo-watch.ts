/**
 * Sees that files with geo data change. They are looked at once they have been quiet for a moment, as one that is written in
 * place may be half of what it is to be (`QuietTime`).
 */
import { QuietTime } from '../../base/files/quiet-time.ts';
import type { Logger } from '../../base/log.ts';
import { FileHints } from '../../registry/folder/file-hints.ts';

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

export class GeoWatch {
  readonly #options: GeoWatchOptions;
  readonly #quiet = new QuietTime();
  #hints: FileHints | undefined;
  #isLooking = false;

  constructor(options: GeoWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#hints = new FileHints(QUIET_MS, () => void this.#look());
    this.#hints.hint(0);
  }

  stop(): void {
    this.#hints?.close();
    this.#hints = undefined;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return this.#hints?.hint();
    this.#isLooking = true;
    const { files, onChange, log } = this.#options;
    try {
      this.#hints?.watch(files());
      const changed = await this.#changed(files());
      const waitMs = changed === '' ? undefined : this.#quiet.waitMs(changed, [Date.now()], Date.now());
      if (waitMs !== undefined) this.#hints?.hint(waitMs);
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
