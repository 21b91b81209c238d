/** The table of latencies as one process asks it for its clients: what tells them apart in the keys of kept replies. */
import { hashWords } from '../../base/hash-words.ts';
import type { Address } from '../../base/net/ip.ts';
import { type Latencies, type LatencyTable, NO_ROW } from '../../geo/latency/latency-table.ts';

/** Sets of pairs that have numbers at a time, a power of two. All together take 1.5 MB. */
const SETS = 32_768;
/** Pairs of a set: with one, a third of 28 000 pairs would take each other's number again and again. */
const WAYS = 4;
/** Words of a pair: its place, its order, and its number; 0 is the number of none. */
const WORDS = 3;
const SET_WORDS = WAYS * WORDS;

export class AskedLatencies {
  readonly #latencies: Latencies | undefined;
  /** Made when it is first needed. */
  #pairs: Int32Array | undefined;
  #last = 0;
  /** Which pair of a full set to overwrite next, as the words before it. */
  #next = 0;

  constructor(latencies: Latencies | undefined) {
    this.#latencies = latencies;
  }

  get table(): LatencyTable | undefined {
    return this.#latencies?.table;
  }

  /** What of a client's network a choice by latency comes to: networks that put pools in the same order are one. */
  networkOrder(address: Address): number {
    return this.table?.networkOrder(address) ?? NO_ROW;
  }

  prefixLength(address: Address): number {
    return this.table?.prefixLength(address) ?? 0;
  }

  /**
   * A 32-bit integer for the key of a place and the order of an address. A pair may have another one later, as two pairs may need
   * the same place in a set; no other pair has one that was given, but after 2³² others.
   */
  keyWith(place: number, address: Address): number {
    this.#pairs ??= new Int32Array(SETS * SET_WORDS);
    const pairs = this.#pairs;
    const order = this.networkOrder(address);
    const set = (hashWords(place, order) & (SETS - 1)) * SET_WORDS;
    let at = set;
    // The pairs of a set are filled from its beginning, and none is ever taken out.
    for (; at < set + SET_WORDS && pairs[at + 2] !== 0; at += WORDS)
      if (pairs[at] === place && pairs[at + 1] === order) return pairs[at + 2] ?? 0;
    if (at === set + SET_WORDS) {
      this.#next = (this.#next + WORDS) % SET_WORDS;
      at = set + this.#next;
    }
    this.#last = (this.#last + 1) | 0 || 1;
    pairs[at] = place;
    pairs[at + 1] = order;
    pairs[at + 2] = this.#last;
    return this.#last;
  }
}
