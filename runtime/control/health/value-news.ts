/** Passes values of targets from the monitor to the answer processes: all that came within a second together. */
import type { TargetValues } from '../../health/values.ts';

/** Milliseconds; whoever goes by values goes by averages over minutes. */
const GATHER_MS = 1000;

export class ValueNews {
  readonly #send: (values: ReadonlyMap<string, TargetValues>) => void;
  #changed = new Map<string, TargetValues>();

  constructor(send: (values: ReadonlyMap<string, TargetValues>) => void) {
    this.#send = send;
  }

  tell(id: string, values: TargetValues): void {
    if (this.#changed.size === 0) setTimeout(() => this.flush(), GATHER_MS).unref();
    this.#changed.set(id, values);
  }

  /** Sends what waits. */
  flush(): void {
    const changed = this.#changed;
    this.#changed = new Map();
    if (changed.size > 0) this.#send(changed);
  }
}
