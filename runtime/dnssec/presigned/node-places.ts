/**
 * Where the hashes of names that exist are in the NSEC3 chains of all zones of a process, kept in a table of a fixed size:
 * names that do not exist come in floods, and the names above them are the same again and again.
 */
import { NumberedSlots } from '../../base/structures/numbered-slots.ts';

const SLOTS = 2 ** 14;

export class NodePlaces {
  /** By the chain, the node, and whether it is the wildcard below that is hashed. */
  readonly #slots = new NumberedSlots(SLOTS);
  readonly #places = new Int32Array(SLOTS);

  /** A number for a chain, which no other has. */
  enter(): number {
    return this.#slots.enter();
  }

  get(chain: number, node: number, isWildcard: boolean): number | undefined {
    const slot = this.#slots.find(chain, node, Number(isWildcard));
    return slot < 0 ? undefined : this.#places[slot];
  }

  put(chain: number, node: number, isWildcard: boolean, place: number): number {
    this.#places[this.#slots.claim(chain, node, Number(isWildcard))] = place;
    return place;
  }
}
