/**
 * Reads a file of latencies: a heading, which names pools, and a row for each network, country, autonomous system, or both.
 *
 *     network,fra,iad
 *     192.0.2.0/24,12.5,95
 *     DE/AS64496,14,
 *     AS64497,20,90
 *     US,,31
 */
import { prefixToText, readPrefix } from '../../base/net/ip.ts';
import { PLACE_FIELDS } from '../../base/place-fields.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { latencyLines } from './latency-lines.ts';
import { type LatencyData, placeKeyOf } from './latency-table.ts';
import { rowOrders } from './row-orders.ts';
import { type RowOfNetwork, stretchesOf } from './stretches.ts';

/** Octets of a file, rows in it, pools in its heading, and values in all. */
export const MOST_LATENCY_OCTETS = 64 * 2 ** 20;
const MOST_ROWS = 1_000_000;
const MOST_POOLS = 256;
const MOST_VALUES = 4_000_000;
/** Milliseconds: more than a minute is no round trip. */
const MOST_MS = 60_000;
/** Characters of a text that is shown. */
const MOST_SHOWN = 60;
const MOST_POOL_NAME = 253;

export interface LatencyFault {
  readonly problem: string;
  readonly line: number;
}

export function readLatencies(octets: Buffer): Result<LatencyData, LatencyFault> {
  const reader = new LatencyReader();
  for (const fields of latencyLines(octets.toString('utf8'))) {
    const problem = reader.take(fields);
    if (problem !== undefined) return fail({ problem, line: reader.line });
  }
  const problem = reader.missing();
  return problem === undefined ? ok(reader.data()) : fail({ problem, line: reader.line });
}

class LatencyReader {
  line = 0;
  #pools: readonly string[] | undefined;
  readonly #ipv4: RowOfNetwork[] = [];
  readonly #ipv6: RowOfNetwork[] = [];
  readonly #places = new Map<number, number>();
  /** What has a row, with the line on which it stands. */
  readonly #seen = new Map<string | number, number>();
  #values = new Float32Array(1024);
  #rows = 0;
  readonly #bytes = new Uint8Array(16);

  /** Takes the fields of a line; returns what is wrong with them. */
  take(fields: readonly string[] | undefined): string | undefined {
    this.line += 1;
    if (fields === undefined) return undefined;
    if (this.#pools === undefined) return this.#takeHeading(fields);
    if (fields.length !== this.#pools.length + 1)
      return `it has ${fields.length} columns, and the heading has ${this.#pools.length + 1}`;
    if (this.#rows === MOST_ROWS) return `it has more than ${MOST_ROWS} rows`;
    if ((this.#rows + 1) * this.#pools.length > MOST_VALUES) return `it has more than ${MOST_VALUES} values`;
    return this.#takeKey(fields[0] ?? '') ?? this.#takeValues(fields);
  }

  missing(): string | undefined {
    if (this.#pools === undefined) return 'it has no heading; write one as in network,fra,iad';
    return this.#rows === 0 ? 'it has no row' : undefined;
  }

  data(): LatencyData {
    const places = [...this.#places].sort(([one], [other]) => one - other);
    const pools = this.#pools ?? [];
    const values = this.#values.slice(0, this.#rows * pools.length);
    return {
      pools,
      ipv4: stretchesOf(this.#ipv4, 4),
      ipv6: stretchesOf(this.#ipv6, 6),
      keys: Float64Array.from(places, ([key]) => key),
      keyRows: Int32Array.from(places, ([, row]) => row),
      values,
      orders: rowOrders(values, pools.length),
    };
  }

  #takeHeading([first, ...pools]: readonly string[]): string | undefined {
    if (first?.toLowerCase() !== 'network')
      return 'the heading does not begin with "network"; write one as in network,fra,iad';
    if (pools.length === 0 || pools.length > MOST_POOLS)
      return `the heading names ${pools.length} pools, and there may be 1 to ${MOST_POOLS}`;
    const odd = pools.find(
      (pool, at) => pool === '' || pool.length > MOST_POOL_NAME || pools.indexOf(pool) !== at,
    );
    if (odd !== undefined)
      return `the heading has "${odd.slice(0, MOST_SHOWN)}" twice, or it is no name of a pool`;
    this.#pools = pools;
    return undefined;
  }

  #takeKey(written: string): string | undefined {
    const place = placeIn(written);
    if (place !== undefined) {
      const problem = this.#note(place);
      if (problem === undefined) this.#places.set(place, this.#rows);
      return problem;
    }
    const prefix = readPrefix(written, this.#bytes);
    if (prefix === undefined)
      return `"${written.slice(0, MOST_SHOWN)}" is no network, country, or autonomous system; write them as in 192.0.2.0/24, DE, AS64496, DE/AS64496`;
    const { family, length } = prefix;
    const bytes = this.#bytes.slice(0, family === 4 ? 4 : 16);
    const first = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
    const kept = BigInt(8 * bytes.length - length);
    const masked = (first >> kept) << kept;
    const problem = this.#note(
      `${family}:${masked}/${length}`,
      prefixToText({ address: { family, bytes }, length }),
    );
    if (problem === undefined)
      (family === 4 ? this.#ipv4 : this.#ipv6).push({ first: masked, length, row: this.#rows });
    return problem;
  }

  #note(key: string | number, shown = 'it'): string | undefined {
    const before = this.#seen.get(key);
    if (before !== undefined) return `${shown} has a row already, on line ${before}`;
    this.#seen.set(key, this.line);
    return undefined;
  }

  #takeValues(fields: readonly string[]): string | undefined {
    const start = this.#rows * (fields.length - 1);
    if (start + fields.length > this.#values.length) {
      const larger = new Float32Array(2 * (start + fields.length));
      larger.set(this.#values);
      this.#values = larger;
    }
    for (let column = 1; column < fields.length; column += 1) {
      const written = fields[column] ?? '';
      const milliseconds = written === '' ? Number.NaN : Number(written);
      const isKnown = /^\d+(\.\d+)?$/.test(written) && milliseconds <= MOST_MS;
      if (written !== '' && !isKnown)
        return `"${written.slice(0, MOST_SHOWN)}" is no time from 0 to ${MOST_MS} milliseconds; leave it empty where nothing was measured`;
      this.#values[start + column - 1] = milliseconds;
    }
    this.#rows += 1;
    return undefined;
  }
}

/** `DE`, `AS64496`, `DE/AS64496`, as a key. */
function placeIn(written: string): number | undefined {
  const match = /^(?:([A-Z]{2})(?:\/AS(\d{1,10}))?|AS(\d{1,10}))$/i.exec(written);
  if (match === null) return undefined;
  const [, country = '', withCountry, alone] = match;
  const asn = Number(withCountry ?? alone ?? 0);
  const { least, most } = PLACE_FIELDS.asn;
  const isAsn = (withCountry ?? alone) === undefined || (asn >= least && asn <= most);
  return isAsn ? placeKeyOf(country.toUpperCase(), asn) : undefined;
}
