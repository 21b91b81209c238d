/** Numbers of pairs in the keys of kept replies: they hold while other networks ask, and are never those of another pair. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AskedLatencies } from '../../../runtime/answer/facts/asked-latencies.ts';
import { LatencyTable } from '../../../runtime/geo/latency/latency-table.ts';

const ROWS = 28_000;

test('Numbers of pairs hold while many networks ask in turn, and no two pairs share one', () => {
  const asked = new AskedLatencies({ table: tableOf(ROWS) });
  const before = numbersOf(asked);
  const after = numbersOf(asked);
  assert.equal(new Set(before).size, ROWS);
  assert.equal(new Set(after).size, ROWS);
  const lost = after.filter((number, row) => number !== before[row]).length;
  assert.ok(lost < ROWS / 50, `${lost} of ${ROWS} pairs have other numbers`);
});

test('Pairs of which either half differs have numbers of their own', () => {
  const asked = new AskedLatencies({ table: tableOf(2) });
  const numbers = [0, 1].flatMap((place) => [0, 1].map((row) => asked.keyWith(place, addressIn(row))));
  assert.equal(new Set(numbers).size, 4);
  assert.ok(!numbers.includes(0));
});

function numbersOf(asked: AskedLatencies): number[] {
  return Array.from({ length: ROWS }, (_, row) => asked.keyWith(row * 7919, addressIn(row)));
}

/** A network of 256 addresses for each row, from 0.0.0.0 on. */
function tableOf(rows: number): LatencyTable {
  const none = { borders: new Uint32Array(), rows: Int32Array.of(-1) };
  return new LatencyTable({
    pools: ['a'],
    ipv4: {
      borders: Uint32Array.from({ length: rows - 1 }, (_, row) => (row + 1) * 256),
      rows: Int32Array.from({ length: rows }, (_, row) => row),
    },
    ipv6: none,
    keys: new Float64Array(),
    keyRows: new Int32Array(),
    values: new Float32Array(rows),
    orders: Int32Array.from({ length: rows }, (_, row) => row),
  });
}

function addressIn(row: number): { family: 4; bytes: Uint8Array } {
  return { family: 4, bytes: Uint8Array.of(0, row >>> 8, row & 255, 1) };
}
