/** Keys of tables by place: what each stands for, and what is wrong with those that stand for nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTINENTS } from '../../runtime/base/place-fields.ts';
import { countries } from '../../runtime/geo/continent.ts';
import { placeKey } from '../../runtime/plan/place-key.ts';

const READ: readonly (readonly [string, unknown])[] = [
  ['DE', { level: 'country', country: 'DE' }],
  ['country:NA', { level: 'country', country: 'NA' }],
  ['continent:NA', { level: 'continent', continent: 'NA' }],
  ['EU', { level: 'continent', continent: 'EU' }],
  ['OC', { level: 'continent', continent: 'OC' }],
  ['US-CA', { level: 'subdivision', country: 'US', region: 'CA' }],
  ['GB-ENG', { level: 'subdivision', country: 'GB', region: 'ENG' }],
  ['NA-KH', { level: 'subdivision', country: 'NA', region: 'KH' }],
  ['european-union', { level: 'union' }],
  ['default', { level: 'default' }],
];

for (const [key, value] of READ) test(key, () => assert.deepEqual(placeKey(key), { ok: true, value }));

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['NA', /^NA is a country and a continent: write "country:NA" or "continent:NA"$/],
  ['UK', /did you mean "GB"\?$/],
  ['EL', /did you mean "GR"\?$/],
  ['de', /did you mean "DE"\?$/],
  ['us-ca', /did you mean "US-CA"\?$/],
  ['european_union', /did you mean "european-union"\?$/],
  ['contry:DE', /did you mean "country:DE"\?$/],
  ['XX', /^There is no such place; a country is written "DE"/],
  ['XX-CA', /^There is no such place/],
  ['DE-', /^There is no such place/],
  ['country:EU', /^There is no such place/],
  ['continent:DE', /^There is no such place/],
  ['country:US-CA', /^There is no such place/],
  ['continent:NA-KH', /^There is no such place/],
  ['', /^There is no such place/],
  ['constructor', /^There is no such place/],
  ['x'.repeat(10_000), /^There is no such place$/],
];

for (const [key, problem] of REFUSED) {
  test(`${key.slice(0, 20)} is no place`, () => {
    const read = placeKey(key);
    assert.ok(!read.ok);
    assert.match(read.problem, problem);
  });
}

test('Every country and every continent has a key', () => {
  for (const country of countries()) {
    const read = [placeKey(country), placeKey(`country:${country}`)].filter(({ ok }) => ok);
    assert.ok(
      read.some((one) => one.ok && one.value.level === 'country'),
      country,
    );
  }
  for (const continent of CONTINENTS) {
    const read = placeKey(`continent:${continent}`);
    assert.ok(read.ok && read.value.level === 'continent', continent);
  }
});
