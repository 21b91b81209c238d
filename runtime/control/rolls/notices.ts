/** Tells parents that CDS have changed, some zones at a time (RFC 9859). Nobody waits for it: parents look anyway. */
import type { Logger } from '../../base/log.ts';
import type { Outside } from './outside.ts';

/** Zones whose parents are told at a time, and zones that wait for their turn at the most. */
const WIDTH = 4;
const MOST_WAITING = 10_000;
/** Milliseconds after which all servers of a zone should have what was published. */
const AFTER_MS = 5000;

export class Notices {
  readonly #outside: Pick<Outside, 'notify'>;
  readonly #log: Logger;
  readonly #afterMs: number;
  readonly #waiting = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #running = 0;

  constructor(outside: Pick<Outside, 'notify'>, log: Logger, afterMs = AFTER_MS) {
    this.#outside = outside;
    this.#log = log;
    this.#afterMs = afterMs;
  }

  /** The CDS of a zone have changed. */
  changed(zone: string): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#waiting.size < MOST_WAITING) this.#waiting.add(zone);
      this.#next();
    }, this.#afterMs).unref();
    this.#timers.add(timer);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#waiting.clear();
  }

  #next(): void {
    if (this.#running >= WIDTH) return;
    const [zone] = this.#waiting;
    if (zone === undefined) return;
    this.#waiting.delete(zone);
    this.#running += 1;
    void this.#tell(zone).then(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #tell(zone: string): Promise<void> {
    try {
      for (const { kind, ...facts } of await this.#outside.notify(zone)) {
        const level = kind === 'taken' ? 'info' : 'warn';
        this.#log[level]({ zone, ...facts }, `Notice of changed CDS to the parent: ${kind}`);
      }
    } catch (err) {
      this.#log.error({ err, zone }, 'The notice of changed CDS has failed');
    }
  }
}
