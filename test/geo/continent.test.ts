/** Countries, continents and the European Union. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { continentOf } from '../../runtime/geo/continent.ts';
import { isInEuropeanUnion } from '../../runtime/geo/european-union.ts';
import { geoipLiteDirectory, readRanges } from '../../runtime/geo/geoip-lite-files.ts';
import { ALL_FIELDS } from '../../runtime/geo/location.ts';
import { NOTHING } from '../../runtime/geo/range-table.ts';

const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
const codes = letters.flatMap((first) => letters.map((second) => first + second));

test('The 249 countries of ISO 3166-1 and Kosovo have a continent, and no other code has', () => {
  assert.equal(codes.filter((code) => continentOf(code) !== undefined).length, 250);
  // Names of regions that are not countries, by the Unicode CLDR that Node carries.
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const nameless = codes.filter((code) => continentOf(code) !== undefined && names.of(code) === undefined);
  assert.deepEqual(nameless, []);
});

test('Every country that geo data names has a continent', () => {
  for (const family of [4, 6] as const) {
    const table = readRanges(geoipLiteDirectory(), 'country', family, () => ALL_FIELDS);
    const places = new Set(Array.from({ length: table.segments }, (_, segment) => table.place(segment)));
    places.delete(NOTHING);
    assert.ok(places.size > 200);
    for (const place of places) {
      const country = String.fromCharCode(place >> 8, place & 0xff);
      assert.ok(continentOf(country), country);
    }
  }
});

for (const [country, continent] of [
  ['AQ', 'AN'],
  ['BR', 'SA'],
  ['CN', 'AS'],
  ['DE', 'EU'],
  ['EG', 'AF'],
  ['FJ', 'OC'],
  ['GF', 'SA'],
  ['GL', 'NA'],
  ['MX', 'NA'],
  ['RE', 'AF'],
  ['RU', 'EU'],
  ['TR', 'AS'],
  ['XK', 'EU'],
  ['ZZ', undefined],
  ['', undefined],
] as const) {
  test(`${country || 'No country'} is in ${continent ?? 'no continent'}`, () => {
    assert.equal(continentOf(country), continent);
  });
}

test('The European Union has 27 members, and seven parts with codes of their own', () => {
  const inside = codes.filter(isInEuropeanUnion);
  assert.equal(inside.length, 27 + 7);
  assert.equal(inside.filter((code) => continentOf(code) === 'EU').length, 27 + 1);
});

test('The United Kingdom, Norway, Switzerland and Greenland are outside', () => {
  assert.deepEqual(['GB', 'NO', 'CH', 'GL'].filter(isInEuropeanUnion), []);
});
