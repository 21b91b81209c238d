/** The table of ranges, against a model that looks at every address of a small world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALL_FIELDS, fieldBit } from '../../runtime/geo/location.ts';
import { NOTHING, RangeTable } from '../../runtime/geo/range-table.ts';

/** A world of 256 addresses, at two places in the words of real ones. */
const WORLDS = {
  'the first word, as for IPv4': {
    firstBit: 0,
    start: (at: number) => ({ high: (at << 24) >>> 0, low: 0 }),
    end: (at: number) => ({ high: ((at << 24) | 0xff_ffff) >>> 0, low: 0xffff_ffff }),
  },
  'both words, as for IPv6': {
    firstBit: 28,
    start: (at: number) => ({ high: at >> 4, low: ((at & 15) << 28) >>> 0 }),
    end: (at: number) => ({ high: at >> 4, low: (((at & 15) << 28) | 0xfff_ffff) >>> 0 }),
  },
} as const;

const ranges = fc.array(
  fc.record({
    start: fc.integer({ min: 0, max: 255 }),
    length: fc.integer({ min: 1, max: 64 }),
    place: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 12 },
);

for (const [name, world] of Object.entries(WORLDS)) {
  test(`Every address is found, with the largest prefix that says the same, in ${name}`, () => {
    fc.assert(
      fc.property(ranges, fc.boolean(), (unsorted, sort) => {
        const rows = sort ? unsorted.toSorted((a, b) => a.start - b.start) : unsorted;
        const table = new RangeTable(rows.length, () => ALL_FIELDS);
        const model = Array.from({ length: 256 }, () => NOTHING);
        let next = 0;
        for (const { start, length, place } of rows) {
          const last = Math.min(255, start + length - 1);
          const from = world.start(start);
          const to = world.end(last);
          table.append({
            startHigh: from.high,
            startLow: from.low,
            endHigh: to.high,
            endLow: to.low,
            place,
            latitude: place,
            longitude: -1 - place,
          });
          if (start < next) continue;
          model.fill(place, start, last + 1);
          next = last + 1;
        }
        table.finish();
        for (let at = 0; at < 256; at++) {
          const { high, low } = world.end(at);
          const segment = table.find(high, low);
          assert.equal(table.place(segment), model[at], `place of ${at}`);
          if (model[at] !== NOTHING) {
            assert.equal(table.latitude(segment), model[at]);
            assert.equal(table.longitude(segment), -1 - (model[at] ?? 0));
          }
          // Beyond the small world there is a gap, so a world of one kind is still no longer than its own bits.
          const expected = world.firstBit + largestPrefix(model, at);
          const length = table.prefixLength(segment, high, low, ALL_FIELDS);
          if (expected > world.firstBit) assert.equal(length, expected, `prefix of ${at}`);
          else assert.ok(length <= expected, `prefix of ${at}`);
        }
      }),
    );
  });
}

test('A table that reaches the last address of all has no gap after it', () => {
  const table = new RangeTable(1, () => ALL_FIELDS);
  const all = { startHigh: 0, startLow: 0, endHigh: 0xffff_ffff, endLow: 0xffff_ffff };
  table.append({ ...all, place: 5, latitude: 0, longitude: 0 });
  table.append({ ...all, place: 6, latitude: 0, longitude: 0 });
  table.finish();
  assert.equal(table.segments, 1);
  assert.equal(table.place(table.find(0xffff_ffff, 0xffff_ffff)), 5);
  assert.equal(table.prefixLength(0, 17, 4, ALL_FIELDS), 0);
});

test('Neighbours that say the same are one segment', () => {
  const table = new RangeTable(3, () => ALL_FIELDS);
  for (const at of [4, 5, 6]) {
    const place = { place: 9, latitude: at < 6 ? 10 : 11, longitude: 3 };
    table.append({ startHigh: at, startLow: 0, endHigh: at, endLow: 0xffff_ffff, ...place });
  }
  table.finish();
  // Gap, 4 to 5, 6, gap.
  assert.equal(table.segments, 4);
  assert.equal(table.prefixLength(table.find(5, 0), 5, 0, ALL_FIELDS), 31);
});

test('An empty table is one gap', () => {
  const table = new RangeTable(0, () => ALL_FIELDS);
  table.finish();
  assert.equal(table.place(table.find(1, 2)), NOTHING);
  assert.equal(table.prefixLength(0, 1, 2, ALL_FIELDS), 0);
});

function largestPrefix(model: readonly number[], at: number): number {
  let length = 8;
  while (length > 0) {
    const size = 2 ** (8 - (length - 1));
    const from = at - (at % size);
    if (model.slice(from, from + size).some((place) => place !== model[at])) break;
    length--;
  }
  return length;
}

test('Each field has a range of its own', () => {
  const [country, city, latitude] = [fieldBit('country'), fieldBit('city'), fieldBit('latitude')];
  // Places are cities, ten to a country.
  const table = new RangeTable(3, (one, other) =>
    Math.floor(one / 10) === Math.floor(other / 10) ? city : city | country,
  );
  for (const [at, place] of [10, 11, 11, 20].entries()) {
    const start = (at << 30) >>> 0;
    const end = (start | 0x3fff_ffff) >>> 0;
    const row = { place, latitude: at, longitude: 0 };
    table.append({ startHigh: start, startLow: 0, endHigh: end, endLow: 0xffff_ffff, ...row });
  }
  table.finish();
  const length = (high: number, fields: number): number =>
    table.prefixLength(table.find(high, 0), high, 0, fields);
  assert.deepEqual([length(0, country), length(0, city), length(0, latitude)], [1, 2, 2]);
  assert.deepEqual([length(0x8000_0000, city), length(0xc000_0000, country)], [2, 2]);
  assert.equal(length(0, fieldBit('longitude')), 0);
});
