/**
 * Milliseconds from client networks to pools, as somebody has measured them (real user measurements): a row for each network,
 * each country, autonomous system, or both, and a column for each pool. Networks may lie in each other: the smallest counts.
 *
 * The networks are a way through all addresses, as a `NetworkSet` is: borders, and the row of each stretch between two.
 */
import type { Address } from '../../base/net/ip.ts';
import { Borders } from '../../base/net/network-set.ts';

/** The stretches of one family; `rows` has one more than there are borders, as a stretch begins at the first address. */
export interface LatencyStretches {
  /** As words: an address of IPv4 is one, and one of IPv6 four. */
  readonly borders: Uint32Array;
  readonly rows: Int32Array;
}

/** A table in the form in which processes hand it to each other. */
export interface LatencyData {
  readonly pools: readonly string[];
  readonly ipv4: LatencyStretches;
  readonly ipv6: LatencyStretches;
  /** Keys of places (`placeKeyOf`) in order, and their rows. */
  readonly keys: Float64Array;
  readonly keyRows: Int32Array;
  /** Row after row; NaN where nothing was measured. */
  readonly values: Float32Array;
  /** By row, as `rowOrders` has it. */
  readonly orders: Int32Array;
}

/** Stands for no row. */
export const NO_ROW = -1;

/** What rows of a table stand for, the most exact first. */
export const LATENCY_LEVELS = 4;

export class LatencyTable {
  readonly pools: readonly string[];
  /** By level, whether any row is of it. */
  readonly #levels: readonly boolean[];
  readonly #ipv4: Borders;
  readonly #ipv6: Borders;
  readonly #data: LatencyData;

  constructor(data: LatencyData) {
    this.#data = data;
    this.pools = data.pools;
    this.#ipv4 = new Borders(data.ipv4.borders, 1).index();
    this.#ipv6 = new Borders(data.ipv6.borders, 4).index();
    const kinds = new Set(Array.from(data.keys, levelOfKey));
    const hasNetworks = [data.ipv4, data.ipv6].some(({ rows }) => rows.some((row) => row !== NO_ROW));
    this.#levels = [hasNetworks, kinds.has(1), kinds.has(2), kinds.has(3)];
  }

  /** Whether any row is of a level: 0 networks, 1 countries with systems, 2 systems, 3 countries. */
  has(level: number): boolean {
    return this.#levels[level] === true;
  }

  /** The row of the smallest network that has an address. */
  networkRow({ family, bytes }: Address): number {
    const { ipv4, ipv6 } = this.#data;
    return family === 4
      ? (ipv4.rows[this.#ipv4.before(bytes)] ?? NO_ROW)
      : (ipv6.rows[this.#ipv6.before(bytes)] ?? NO_ROW);
  }

  /** The same for all networks whose rows put the pools in one order; {@link NO_ROW} where no network has the address. */
  networkOrder(address: Address): number {
    return this.#data.orders[this.networkRow(address)] ?? NO_ROW;
  }

  /** The length of the largest prefix around an address in which {@link networkRow} is the same. */
  prefixLength({ family, bytes }: Address): number {
    const borders = family === 4 ? this.#ipv4 : this.#ipv6;
    return borders.count === 0 ? 0 : Math.max(0, borders.prefixLength(bytes));
  }

  /** The row of a country (empty: any) and an autonomous system (0: any), neither of which need be known. */
  placeRow(country: unknown, asn: unknown): number {
    if (typeof country !== 'string' || typeof asn !== 'number') return NO_ROW;
    const key = placeKeyOf(country, asn);
    const { keys, keyRows } = this.#data;
    let from = 0;
    let to = keys.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((keys[middle] ?? 0) < key) from = middle + 1;
      else to = middle;
    }
    return keys[from] === key ? (keyRows[from] ?? NO_ROW) : NO_ROW;
  }

  /** Milliseconds; NaN where nothing was measured, or there is no such row or column. */
  value(row: number, column: number): number {
    if (row < 0 || column < 0) return Number.NaN;
    return this.#data.values[row * this.pools.length + column] ?? Number.NaN;
  }
}

/** A number for a country (two letters; empty: any) and an autonomous system (0: any). */
export function placeKeyOf(country: string, asn: number): number {
  const letters = country === '' ? 0 : country.charCodeAt(0) * 256 + country.charCodeAt(1);
  return letters * 2 ** 32 + asn;
}

function levelOfKey(key: number): number {
  if (key < 2 ** 32) return 2;
  return key % 2 ** 32 === 0 ? 3 : 1;
}

/** The table that is in use, which may be replaced between two queries. */
export class Latencies {
  table: LatencyTable | undefined;
}
