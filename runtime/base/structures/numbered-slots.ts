/**
 * Which slot of a table of fixed size is for what is known under three numbers: each has one, and what another one
 * displaces is made again. Owners have numbers from 1 on, so that nothing is found in an empty table.
 */
export class NumberedSlots {
  readonly size: number;
  readonly #owners: Int32Array;
  readonly #keys: Int32Array;
  readonly #details: Int32Array;
  #lastOwner = 0;

  /** So many slots, a power of two. */
  constructor(size: number) {
    this.size = size;
    this.#owners = new Int32Array(size);
    this.#keys = new Int32Array(size);
    this.#details = new Int32Array(size);
  }

  /** A number for an owner, which no other has. */
  enter(): number {
    return ++this.#lastOwner;
  }

  /** The slot that is claimed for these numbers; -1 if none is. */
  find(owner: number, key: number, detail: number): number {
    const slot = this.#slotOf(owner, key, detail);
    const isClaimed =
      this.#owners[slot] === owner && this.#keys[slot] === key && this.#details[slot] === detail;
    return isClaimed ? slot : -1;
  }

  claim(owner: number, key: number, detail: number): number {
    const slot = this.#slotOf(owner, key, detail);
    this.#owners[slot] = owner;
    this.#keys[slot] = key;
    this.#details[slot] = detail;
    return slot;
  }

  /** Neighbouring keys of an owner have different slots. */
  #slotOf(owner: number, key: number, detail: number): number {
    return (Math.imul(owner, 0x9e3779b1) + Math.imul(detail, 0x85ebca6b) + key) & (this.size - 1);
  }
}
