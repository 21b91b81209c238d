/**
 * The last known state of every target, as an answer process keeps it: one octet each, so that
 * steering reads an array and never a map.
 *
 * Slots are handed out once per target id and never reused. What was never reported counts as up:
 * a pool is not steered by health before its first round of probes has finished.
 */
export class HealthTable {
  readonly #slots = new Map<string, number>();
  #down = new Uint8Array(64);
  #countDown = 0;
  /** How often a state has changed. */
  changes = 0;

  /** The slot of a target, for ever. */
  slot(id: string): number {
    const known = this.#slots.get(id);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(id, slot);
    if (slot === this.#down.length) {
      const larger = new Uint8Array(2 * slot);
      larger.set(this.#down);
      this.#down = larger;
    }
    return slot;
  }

  set(id: string, state: 'up' | 'down'): void {
    const slot = this.slot(id);
    const down = state === 'down' ? 1 : 0;
    if (this.#down[slot] === down) return;
    this.#countDown += 2 * down - 1;
    this.#down[slot] = down;
    this.changes += 1;
  }

  /** Whether nothing at all is down, as nearly always: then there is no need to look at each. */
  get areAllUp(): boolean {
    return this.#countDown === 0;
  }

  /** Whether nothing says it is down. Slot -1 is what nothing checks. */
  isUp(slot: number): boolean {
    return slot < 0 || this.#down[slot] === 0;
  }
}
