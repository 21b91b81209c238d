/** Hints that key files have changed; as with policies, nobody relies on them: a slow round looks anyway. */
import { FolderEvents } from '../../registry/folder/events.ts';

/** Milliseconds without an event before a look: a key is three files, and ten thousand keys may be copied. */
const QUIET_MS = 300;
/** A look at many keys takes its time: looks that hints ask for take up so much of all time at the most. */
const SHARE = 0.1;

export class FolderHints {
  readonly folder: string;
  readonly #events: FolderEvents;
  readonly #onHint: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  /** No look begins before, by the clock that nobody sets. */
  #restsUntil = 0;
  #isLooking = false;
  #isDue = false;
  #isClosed = false;

  /** `onHint` looks. */
  constructor(folder: string, onHint: () => Promise<void>) {
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
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#events.close();
  }

  #note(): void {
    this.#isDue = true;
    if (this.#isLooking || this.#isClosed) return;
    clearTimeout(this.#timer);
    const ms = Math.max(QUIET_MS, this.#restsUntil - performance.now());
    this.#timer = setTimeout(() => void this.#look(), ms).unref();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#isDue = false;
    const from = performance.now();
    await this.#onHint();
    const now = performance.now();
    this.#restsUntil = now + (now - from) * (1 / SHARE - 1);
    this.#isLooking = false;
    if (this.#isDue) this.#note();
  }
}
