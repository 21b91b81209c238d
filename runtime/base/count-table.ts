/**
 * A table of counts with a row for each counted object, such as a zone, and a column for each event. A column
 * is an array that is made at its first count: counts of thousands of rows lie close together, and an event
 * that never happens takes no memory.
 */
export interface Count {
  readonly column: number;
  readonly row: number;
  readonly count: number;
}

/** Counts that one slice looks at. */
const SLICE = 1024;

export class CountTable {
  readonly #columns: (Float64Array | undefined)[] = [];

  add(column: number, row: number, amount: number): void {
    let counts = this.#columns[column];
    if (counts === undefined || row >= counts.length) counts = this.#grow(column, row);
    counts[row] = (counts[row] ?? 0) + amount;
  }

  count(column: number, row: number): number {
    return this.#columns[column]?.[row] ?? 0;
  }

  /** Adds all counts of a row to those of another, and leaves it empty. */
  move(from: number, to: number): void {
    for (const [column, counts] of this.#columns.entries()) {
      const amount = counts?.[from] ?? 0;
      if (counts === undefined || amount === 0) continue;
      counts[from] = 0;
      this.add(column, to, amount);
    }
  }

  /** All counts but those of 0, by row, then by column. */
  counts(): Count[] {
    return [...this.slices()].flat();
  }

  /** The same counts in parts; finding and sending a part takes less than a millisecond. */
  *slices(): Generator<Count[]> {
    const rows = Math.max(0, ...this.#columns.map((counts) => counts?.length ?? 0));
    const together = Math.max(1, Math.floor(SLICE / Math.max(1, this.#columns.length)));
    for (let row = 0; row < rows; row += together) {
      const found = this.#countsIn(row, row + together);
      if (found.length > 0) yield found;
    }
  }

  #countsIn(from: number, to: number): Count[] {
    const found: Count[] = [];
    for (let row = from; row < to; row += 1) {
      for (let column = 0; column < this.#columns.length; column += 1) {
        const count = this.count(column, row);
        if (count !== 0) found.push({ column, row, count });
      }
    }
    return found;
  }

  #grow(column: number, row: number): Float64Array {
    while (this.#columns.length <= column) this.#columns.push(undefined);
    const before = this.#columns[column] ?? new Float64Array(16);
    let size = before.length;
    while (size <= row) size *= 2;
    const counts = new Float64Array(size);
    counts.set(before);
    this.#columns[column] = counts;
    return counts;
  }
}
