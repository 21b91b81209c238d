/** The table of latencies as one process asks it for its clients: their rows, and what tells them apart in the keys of kept replies. */
import { BoundedMap } from '../../base/bounded-map.ts';
import type { Address } from '../../base/net/ip.ts';
import { type Latencies, type LatencyTable, NO_ROW } from '../../geo/latency/latency-table.ts';

/** Rows, with that there is none: below 2²¹, as a table has a million at most. */
const ROWS = 2 ** 21;
/** Pairs that have numbers at a time. */
const MOST_PAIRS = 65_536;

export class AskedLatencies {
  readonly #latencies: Latencies | undefined;
  readonly #pairs = new BoundedMap<number, number>(MOST_PAIRS);
  #next = 0;

  constructor(latencies: Latencies | undefined) {
    this.#latencies = latencies;
  }

  get table(): LatencyTable | undefined {
    return this.#latencies?.table;
  }

  networkRow(address: Address): number {
    return this.table?.networkRow(address) ?? NO_ROW;
  }

  prefixLength(address: Address): number {
    return this.table?.prefixLength(address) ?? 0;
  }

  /** A 32-bit integer for the row of an address and the key of a place: a number that was given is not given to another pair, but after 2³² others. */
  keyWith(place: number, address: Address): number {
    const pair = place * ROWS + this.networkRow(address) + 1;
    let number = this.#pairs.get(pair);
    if (number === undefined) {
      number = this.#next;
      this.#next = (number + 1) | 0;
      this.#pairs.set(pair, number);
    }
    return number;
  }
}
