/**
 * Rows of a table of latencies, put into another one: a row takes the place of that for the same network or place, in the columns of
 * the pools that it knows; an empty value takes away what was there. Both tables have been read before, and have no fault.
 */
import { addressToText, maskAddress, parsePrefix } from '../../base/net/ip.ts';
import { latencyLines } from './latency-lines.ts';

/** The text of a table with the rows of `given` in it. */
export function mergedLatencies(base: string, given: string): string {
  const [before, news] = [tableIn(base), tableIn(given)];
  const pools = [...before.pools, ...news.pools.filter((pool) => !before.pools.includes(pool))];
  const rows = new Map<string, string[]>();
  for (const [key, values] of before.rows)
    rows.set(
      key,
      pools.map((_, at) => values[at] ?? ''),
    );
  const columns = news.pools.map((pool) => pools.indexOf(pool));
  for (const [key, values] of news.rows) {
    const row = rows.get(key) ?? pools.map(() => '');
    for (const [at, column] of columns.entries()) row[column] = values[at] ?? '';
    rows.set(key, row);
  }
  const lines = [['network', ...pools], ...Array.from(rows, ([key, values]) => [key, ...values])];
  return lines.map((fields) => `${fields.join(',')}\n`).join('');
}

interface Table {
  readonly pools: readonly string[];
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

function tableIn(text: string): Table {
  let pools: readonly string[] | undefined;
  const rows = new Map<string, readonly string[]>();
  for (const fields of latencyLines(text)) {
    if (fields === undefined) continue;
    const [key = '', ...values] = fields;
    if (pools === undefined) pools = values;
    else rows.set(keyOf(key), values);
  }
  return { pools: pools ?? [], rows };
}

/** One text for all that are written for one network, or one place. */
function keyOf(written: string): string {
  const prefix = parsePrefix(written);
  if (prefix === undefined) return written.toUpperCase();
  const { address, length } = prefix;
  return `${addressToText(maskAddress(address, length))}/${length}`;
}
