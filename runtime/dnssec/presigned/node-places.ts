/**
 * Where the hashes of names that exist are in the NSEC3 chains of all zones of a process, kept in a table of a fixed size:
 * names that do not exist come in floods, and the names above them are the same again and again.
 */

const SLOTS = 2 ** 14;

export class NodePlaces {
  /** By slot: the chain, the node and whether it is the wildcard below that is hashed, and the place. */
  readonly #chains = new Int32Array(SLOTS);
  readonly #keys = new Int32Array(SLOTS);
  readonly #places = new Int32Array(SLOTS);
  #lastChain = 0;

  /** A number for a chain, which no other has. */
  enter(): number {
    return ++this.#lastChain;
  }

  get(chain: number, node: number, isWildcard: boolean): number | undefined {
    const key = 2 * node + Number(isWildcard);
    const slot = slotOf(chain, key);
    return this.#chains[slot] === chain && this.#keys[slot] === key ? this.#places[slot] : undefined;
  }

  put(chain: number, node: number, isWildcard: boolean, place: number): number {
    const key = 2 * node + Number(isWildcard);
    const slot = slotOf(chain, key);
    this.#chains[slot] = chain;
    this.#keys[slot] = key;
    this.#places[slot] = place;
    return place;
  }
}

function slotOf(chain: number, key: number): number {
  return (Math.imul(chain, 0x9e3779b1) + key) & (SLOTS - 1);
}
