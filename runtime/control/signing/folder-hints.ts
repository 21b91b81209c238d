/** Hints that key files have changed; as with policies, nobody relies on them: a slow round looks anyway. */
import { FolderEvents } from '../../registry/folder/events.ts';

/** Milliseconds without an event before a look: a key is three files, and ten thousand keys may be copied. */
const QUIET_MS = 300;

export class FolderHints {
  readonly folder: string;
  readonly #events: FolderEvents;
  readonly #onHint: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, onHint: () => void) {
    this.folder = folder;
    this.#onHint = onHint;
    this.#events = new FolderEvents(folder, () => this.#note());
  }

  /** Watches the folder from now on; a watch ends when its folder is replaced. */
  watch(): void {
    this.#events.see(this.folder);
    this.#events.settle();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#events.close();
  }

  #note(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onHint, QUIET_MS).unref();
  }
}
