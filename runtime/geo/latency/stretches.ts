/** Networks that may lie in each other, as stretches of addresses: each address has the row of the smallest network around it. */
import { type LatencyStretches, NO_ROW } from './latency-table.ts';

export interface RowOfNetwork {
  readonly first: bigint;
  readonly length: number;
  readonly row: number;
}

/** No two of the networks are the same. */
export function stretchesOf(networks: RowOfNetwork[], family: 4 | 6): LatencyStretches {
  const bits = family === 4 ? 32 : 128;
  // Who holds others comes before them.
  networks.sort((one, other) =>
    one.first === other.first ? one.length - other.length : one.first < other.first ? -1 : 1,
  );
  const way = new Way();
  const around = [{ end: 1n << BigInt(bits), row: NO_ROW }];
  const leave = (until: bigint): void => {
    for (;;) {
      const last = around.at(-1);
      if (last === undefined || around.length === 1 || last.end > until) return;
      around.pop();
      way.turn(last.end, around.at(-1)?.row ?? NO_ROW);
    }
  };
  for (const { first, length, row } of networks) {
    leave(first);
    way.turn(first, row);
    around.push({ end: first + (1n << BigInt(bits - length)), row });
  }
  leave(1n << BigInt(bits));
  return way.stretches(bits);
}

/** Turns from row to row, in order of addresses. */
class Way {
  readonly #at: bigint[] = [];
  readonly #rows: number[] = [NO_ROW];

  turn(at: bigint, row: number): void {
    if (this.#at.at(-1) === at) {
      this.#at.pop();
      this.#rows.pop();
    }
    if (this.#rows.at(-1) === row) return;
    this.#at.push(at);
    this.#rows.push(row);
  }

  stretches(bits: 32 | 128): LatencyStretches {
    // Behind the last address there is nothing to turn to.
    if (this.#at.at(-1) === 1n << BigInt(bits)) {
      this.#at.pop();
      this.#rows.pop();
    }
    const words = bits / 32;
    const borders = new Uint32Array(this.#at.length * words);
    for (const [index, at] of this.#at.entries())
      for (let word = 0; word < words; word += 1)
        borders[index * words + word] = Number((at >> BigInt(bits - 32 * (word + 1))) & 0xffff_ffffn);
    return { borders, rows: Int32Array.from(this.#rows) };
  }
}
