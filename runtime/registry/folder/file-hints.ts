/**
 * Hints that files which somebody uses may have changed. As with policies, events are not relied on: each is a hint to look, and
 * a slow round looks anyway.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { FolderEvents } from './events.ts';

const ROUND_MS = 30_000;

export class FileHints {
  readonly #quietMs: number;
  readonly #look: () => void;
  readonly #round: NodeJS.Timeout;
  #events: FolderEvents | undefined;
  #hinted: NodeJS.Timeout | undefined;

  /** `look` is called when there was no event for `quietMs` milliseconds, and now and then. */
  constructor(quietMs: number, look: () => void) {
    this.#quietMs = quietMs;
    this.#look = look;
    this.#round = setInterval(look, ROUND_MS).unref();
  }

  /**
   * Watches the folders of files, and of the files that symbolic links lead to. To be called with each look, as a watch ends
   * after some events; changes from before it began are hinted at then.
   */
  watch(files: readonly string[]): void {
    const [first] = files;
    if (first === undefined) return;
    this.#events ??= new FolderEvents(path.dirname(first), () => this.hint());
    for (const file of files) for (const one of [file, targetOf(file)]) this.#events.see(path.dirname(one));
    this.#events.settle();
  }

  /** Has somebody look in so many milliseconds, and not before. */
  hint(ms = this.#quietMs): void {
    clearTimeout(this.#hinted);
    this.#hinted = setTimeout(this.#look, ms).unref();
  }

  close(): void {
    clearInterval(this.#round);
    clearTimeout(this.#hinted);
    this.#events?.close();
  }
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // The file has gone: its return is an event of the folder of its name.
    return file;
  }
}
