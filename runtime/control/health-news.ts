/** What answer processes are told of targets, whose states the monitor knows. */
import type { TargetState } from '../health/target.ts';

export class HealthNews {
  readonly #send: (states: Readonly<Record<string, 'up' | 'down'>>) => void;
  readonly #changed = new Map<string, 'up' | 'down'>();
  /** Targets that were down when another server was replaced, and whose state is not known here yet. */
  readonly #inheritedDown = new Set<string>();

  constructor(send: (states: Readonly<Record<string, 'up' | 'down'>>) => void) {
    this.#send = send;
  }

  /** These were down a moment ago, for a server whose place is taken. */
  inherit(down: readonly string[]): void {
    for (const id of down) this.#inheritedDown.add(id);
    this.#send(Object.fromEntries(down.map((id) => [id, 'down'])));
  }

  /** All changes of one turn of the event loop travel together: a new policy may bring a thousand targets. */
  tell(id: string, state: TargetState): void {
    if (this.#changed.size === 0) {
      setImmediate(() => {
        this.#send(Object.fromEntries(this.#changed));
        this.#changed.clear();
      });
    }
    // What has not been probed yet counts as up, or as it did in the server before.
    const isDown = state === 'down' || (state === 'unknown' && this.#inheritedDown.has(id));
    if (state !== 'unknown') this.#inheritedDown.delete(id);
    this.#changed.set(id, isDown ? 'down' : 'up');
  }
}
