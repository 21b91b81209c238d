/** Keeps copies of other servers' zones on the disk. One that cannot be written is served all the same. */
import { Keeping } from '../base/files/keeping.ts';
import type { Logger } from '../base/log.ts';
import type { CopyStore, ZoneCopy } from './copy-store.ts';

export class CopyKeeping {
  readonly #store: CopyStore;
  /** Zone → the copy that could not be written. */
  readonly #unwritten = new Map<string, ZoneCopy>();
  readonly #keeping: Keeping;

  constructor(store: CopyStore, folder: string, log: Logger) {
    this.#store = store;
    this.#keeping = new Keeping({
      what: 'copies of zones',
      place: { folder },
      loss: 'Copies of zones from other servers cannot be kept, and are lost at the next start',
      log,
      again: () => this.#again(),
    });
  }

  /** Does what writes the copy of a zone; what could not be written is written as a whole later. */
  async keep(zone: string, copy: ZoneCopy, write: () => Promise<void>): Promise<void> {
    const isBehind = this.#unwritten.delete(zone);
    const work = isBehind ? () => this.#store.write(zone, copy) : write;
    if (!(await this.#keeping.attempt(work))) this.#unwritten.set(zone, copy);
  }

  stop(): void {
    this.#keeping.stop();
  }

  async #again(): Promise<void> {
    for (const [zone, copy] of this.#unwritten) {
      await this.#store.write(zone, copy);
      if (this.#unwritten.get(zone) === copy) this.#unwritten.delete(zone);
    }
  }
}
