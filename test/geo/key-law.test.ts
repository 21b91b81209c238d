/** The law of keys: clients of one family with the same key are the same in every field that was asked about. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createGeoipLiteSource } from '../../runtime/geo/geoip-lite.ts';
import { ALL_FIELDS, fieldBit, type GeoSource, LOCATION_FIELDS } from '../../runtime/geo/location.ts';
import { withOverrides } from '../../runtime/geo/overrides.ts';
import { anyIpv4, anyIpv6 } from './prefix-law.ts';

const OVERRIDES = {
  '10.0.0.0/8': { country: 'DE' },
  '10.1.0.0/16': { country: 'DE', city: 'Bonn' },
  '64.0.0.0/3': { country: 'US', continent: 'EU' },
  '2000::/4': { latitude: 1, longitude: 2 },
} as const;
const COUNTRY = fieldBit('country') | fieldBit('continent') | fieldBit('eu');

for (const detail of ['city', 'country'] as const) {
  const source = createGeoipLiteSource({ detail });
  for (const [what, geo] of [
    ['the data', source],
    ['the data with overrides', withOverrides(source, OVERRIDES)],
  ] as const) {
    test(`Of ${what}, by ${detail}`, () => {
      const times = [anyIpv4, anyIpv6].reduce((sum, anyAddress) => sum + timesTheSame(geo, anyAddress), 0);
      assert.ok(times > 100, `keys were the same ${times} times`);
    });
  }
}

/** How often the law had anything to say. */
function timesTheSame(geo: GeoSource, anyAddress: typeof anyIpv4): number {
  let times = 0;
  fc.assert(
    fc.property(
      fc.array(anyAddress, { minLength: 2, maxLength: 60 }),
      fc.oneof(fc.constant(COUNTRY), fc.integer({ min: 1, max: ALL_FIELDS })),
      (addresses, fields) => {
        const asked = LOCATION_FIELDS.filter((field) => (fields & fieldBit(field)) !== 0);
        const byKey = new Map<number, unknown[]>();
        for (const address of addresses) {
          const key = geo.key(address, fields);
          assert.equal(key, key | 0, 'it has 32 bits');
          const values = asked.map((field) => geo.read(address, field));
          const before = byKey.get(key);
          if (before !== undefined) times += 1;
          assert.deepEqual(values, before ?? values);
          byKey.set(key, values);
        }
      },
    ),
    { numRuns: 40 },
  );
  return times;
}
