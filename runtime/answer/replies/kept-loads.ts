/** Which pools the replies that are kept are counted for: each has a number, from 1 on, as long as one stamp holds. */
import type { MinuteCount } from '../../base/structures/minute-count.ts';

/** As many as there is room for beside the flags of a reply. */
const MOST = 0x7fff;

export class KeptLoads {
  readonly #loads: MinuteCount[] = [];
  readonly #numbers = new Map<MinuteCount, number>();

  /** Whether there is no number left for another. */
  get isFull(): boolean {
    return this.#loads.length >= MOST;
  }

  /** 0 for none. */
  number(load: MinuteCount | undefined): number {
    if (load === undefined) return 0;
    const known = this.#numbers.get(load);
    if (known !== undefined) return known;
    const number = this.#loads.push(load);
    this.#numbers.set(load, number);
    return number;
  }

  /** Counts one more. */
  add(number: number): void {
    this.#loads[number - 1]?.add();
  }

  forget(): void {
    if (this.#loads.length === 0) return;
    this.#loads.length = 0;
    this.#numbers.clear();
  }
}
