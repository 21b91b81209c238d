/**
 * Where signatures are, by hash: a table of fixed size with open addressing, lest it ever grow between two
 * queries. It takes megabytes, from the first signature on: many servers sign nothing.
 */

/** Of a place: hash, number of the slab and 1 (0 where there is nothing), and where in the slab. */
const PLACE = 3;
/** Full from here on: the way to what is not there grows with what is. */
const MOST_FULL = 0.8;

export class SignaturePlaces {
  readonly #places: number;
  #words = new Int32Array(PLACE);
  #mask = 0;
  readonly #most: number;
  count = 0;

  constructor(atLeast: number) {
    this.#places = 2 ** Math.ceil(Math.log2(Math.max(16, atLeast)));
    this.#most = Math.floor(this.#places * MOST_FULL);
  }

  get isFull(): boolean {
    return this.count >= this.#most;
  }

  /** The first place for this hash, and with `after` the next one; -1 if there is none. */
  find(hash: number, after = -1): number {
    const words = this.#words;
    for (
      let place = after < 0 ? hash & this.#mask : (after + 1) & this.#mask;
      ;
      place = (place + 1) & this.#mask
    ) {
      if (words[PLACE * place + 1] === 0) return -1;
      if (words[PLACE * place] === hash) return place;
    }
  }

  slab(place: number): number {
    return (this.#words[PLACE * place + 1] ?? 0) - 1;
  }

  at(place: number): number {
    return this.#words[PLACE * place + 2] ?? 0;
  }

  /** Adds what is not there; the table is not full. */
  add(hash: number, slab: number, at: number): void {
    if (this.#mask === 0) {
      this.#words = new Int32Array(PLACE * this.#places);
      this.#mask = this.#places - 1;
    }
    let place = hash & this.#mask;
    while (this.#words[PLACE * place + 1] !== 0) place = (place + 1) & this.#mask;
    this.#words[PLACE * place] = hash;
    this.move(place, slab, at);
    this.count += 1;
  }

  /** What is at a place is in another slab from now on. */
  move(place: number, slab: number, at: number): void {
    this.#words[PLACE * place + 1] = slab + 1;
    this.#words[PLACE * place + 2] = at;
  }

  /** Removes what is there, if it is. What lies behind moves up, so that the way to it has no gap. */
  remove(hash: number, slab: number, at: number): void {
    let place = this.find(hash);
    while (place >= 0 && (this.slab(place) !== slab || this.at(place) !== at)) place = this.find(hash, place);
    if (place < 0) return;
    const words = this.#words;
    this.count -= 1;
    for (let next = (place + 1) & this.#mask; words[PLACE * next + 1] !== 0; next = (next + 1) & this.#mask) {
      const home = (words[PLACE * next] ?? 0) & this.#mask;
      // It stays where its way from home does not lead through the gap.
      if (((next - home) & this.#mask) < ((next - place) & this.#mask)) continue;
      words.copyWithin(PLACE * place, PLACE * next, PLACE * (next + 1));
      place = next;
    }
    words[PLACE * place + 1] = 0;
  }
}
