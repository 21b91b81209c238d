/**
 * NSEC records of all zones of a process, kept once made, in a table of a fixed size: making one takes
 * microseconds, so what another one displaces is soon made again.
 */
import type { Nsec } from './nsec.ts';

/** Records kept, at some 600 octets each. */
const SLOTS = 2 ** 14;

export class NsecMemory {
  readonly #made: (Nsec | undefined)[] = [];
  /** By slot: the chain of the record, its place there, and what it leaves out. */
  readonly #chains = new Int32Array(SLOTS);
  readonly #places = new Int32Array(SLOTS);
  readonly #lacks = new Int32Array(SLOTS);
  #lastChain = 0;

  constructor() {
    this.#made.length = SLOTS;
  }

  /** A number for a chain, which no other has. */
  enter(): number {
    return ++this.#lastChain;
  }

  get(chain: number, place: number, lacks: number): Nsec | undefined {
    const slot = slotOf(chain, place, lacks);
    const isThere =
      this.#chains[slot] === chain && this.#places[slot] === place && this.#lacks[slot] === lacks;
    return isThere ? this.#made[slot] : undefined;
  }

  put(chain: number, place: number, lacks: number, nsec: Nsec): void {
    const slot = slotOf(chain, place, lacks);
    this.#chains[slot] = chain;
    this.#places[slot] = place;
    this.#lacks[slot] = lacks;
    this.#made[slot] = nsec;
  }
}

/** Neighbours in a chain have different slots. */
function slotOf(chain: number, place: number, lacks: number): number {
  return (Math.imul(chain, 0x9e3779b1) + Math.imul(lacks, 0x85ebca6b) + place) & (SLOTS - 1);
}
