/**
 * Rows of a table of latencies that put all pools in one order. Whoever takes the pool with the least value, of those that take
 * part, gets the same from each of them, and so they share replies: of a million networks most are alike.
 */

/** By row, a number from 0 on: rows have the same where the same pools have values, and in the same order. */
export function rowOrders(values: Float32Array, columns: number): Int32Array {
  const orders = new Int32Array(columns === 0 ? 0 : values.length / columns);
  const known = new Map<string, number>();
  const byValue: number[] = [];
  for (let row = 0; row < orders.length; row += 1) {
    const text = orderText(values.subarray(row * columns, (row + 1) * columns), byValue);
    let order = known.get(text);
    if (order === undefined) {
      order = known.size;
      known.set(text, order);
    }
    orders[row] = order;
  }
  return orders;
}

/** Columns by their values, ascending, with `=` between equal ones. */
function orderText(row: Float32Array, columns: number[]): string {
  columns.length = 0;
  for (let column = 0; column < row.length; column += 1)
    if (!Number.isNaN(row[column] ?? Number.NaN)) columns.push(column);
  columns.sort((one, other) => (row[one] ?? 0) - (row[other] ?? 0) || one - other);
  let text = '';
  let before = Number.NaN;
  for (const column of columns) {
    const value = row[column] ?? 0;
    text += value === before ? `=${column}` : ` ${column}`;
    before = value;
  }
  return text;
}
