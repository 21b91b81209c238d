/**
 * NSEC records of all zones of a process, kept once made, in a table of a fixed size: making one takes
 * microseconds, so what another one displaces is soon made again.
 */
import { NumberedSlots } from '../../base/structures/numbered-slots.ts';
import type { Nsec } from './nsec.ts';

/** Records kept, at some 600 octets each. */
const SLOTS = 2 ** 14;

export class NsecMemory {
  /** By the chain of the record, its place there, and what it leaves out. */
  readonly #slots = new NumberedSlots(SLOTS);
  readonly #made: (Nsec | undefined)[] = [];

  constructor() {
    this.#made.length = SLOTS;
  }

  /** A number for a chain, which no other has. */
  enter(): number {
    return this.#slots.enter();
  }

  get(chain: number, place: number, lacks: number): Nsec | undefined {
    const slot = this.#slots.find(chain, place, lacks);
    return slot < 0 ? undefined : this.#made[slot];
  }

  put(chain: number, place: number, lacks: number, nsec: Nsec): void {
    this.#made[this.#slots.claim(chain, place, lacks)] = nsec;
  }
}
