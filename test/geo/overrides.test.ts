/** The operator's own prefixes in front of a geo source. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, maskAddress, parseAddress, prefixToText } from '../../runtime/base/net/ip.ts';
import {
  ALL_FIELDS,
  differingFields,
  fieldBit,
  type GeoSource,
  type Location,
  type LocationField,
} from '../../runtime/geo/location.ts';
import { withOverrides } from '../../runtime/geo/overrides.ts';
import { anyIpv4, anyIpv6, assertPrefixLaw } from './prefix-law.ts';

const US: Location = { country: 'US', timeZone: 'Europe/Oslo' };
const DE: Location = { country: 'DE', timeZone: 'Europe/Oslo' };

/** One country for each half of the address space. */
const halves: GeoSource = {
  locate: ({ bytes }) => ((bytes[0] ?? 0) < 128 ? US : DE),
  read: (address, field) => halves.locate(address)[field],
  key: ({ bytes }) => (bytes[0] ?? 0) >> 7,
  prefixLength: (_address, fields) => ((differingFields(US, DE) & fields) === 0 ? 0 : 1),
};

function locate(source: GeoSource, text: string) {
  const address = parseAddress(text);
  assert.ok(address);
  return { location: source.locate(address), prefixLength: source.prefixLength(address, ALL_FIELDS) };
}

test('The longest prefix that contains an address speaks for it, with continent and EU membership', () => {
  const source = withOverrides(halves, {
    '10.0.0.0/8': { country: 'FR', city: 'Paris' },
    '10.1.0.0/16': { country: 'JP' },
    '2001:db8::/32': { latitude: 1, longitude: 2 },
  });
  const france = { country: 'FR', continent: 'EU', eu: true, city: 'Paris' };
  // 10.0.x.x and 10.1.x.x differ in bit 16: a /16 is the most that keeps clear of the inner prefix.
  assert.deepEqual(locate(source, '10.0.0.1'), { location: france, prefixLength: 16 });
  assert.deepEqual(locate(source, '10.200.0.1'), { location: france, prefixLength: 9 });
  assert.deepEqual(locate(source, '10.1.2.3'), {
    location: { country: 'JP', continent: 'AS', eu: false },
    prefixLength: 16,
  });
  assert.deepEqual(locate(source, '2001:db8::1'), {
    location: { latitude: 1, longitude: 2 },
    prefixLength: 32,
  });
});

test('Outside, the source speaks, for no more than the part without overrides', () => {
  const source = withOverrides(halves, { '10.1.0.0/16': { country: 'JP' } });
  assert.deepEqual(locate(source, '10.0.0.1'), { location: US, prefixLength: 16 });
  assert.deepEqual(locate(source, '11.0.0.1'), { location: US, prefixLength: 8 });
  assert.deepEqual(locate(source, '192.0.2.1'), { location: DE, prefixLength: 1 });
  assert.deepEqual(locate(source, '::1'), { location: US, prefixLength: 1 });
});

test('What the operator says of continent and EU membership wins over what the country brings', () => {
  const source = withOverrides(halves, { '10.0.0.0/8': { country: 'TR', continent: 'EU', eu: true } });
  assert.deepEqual(locate(source, '10.0.0.1').location, { country: 'TR', continent: 'EU', eu: true });
});

test('A prefix of all addresses covers what nothing more exact covers', () => {
  const source = withOverrides(halves, { '0.0.0.0/0': { country: 'NZ' } });
  assert.equal(locate(source, '203.0.113.1').location.country, 'NZ');
  assert.equal(locate(source, '203.0.113.1').prefixLength, 0);
  assert.equal(locate(source, '2001:db8::1').location.country, 'US');
});

for (const [family, addresses] of [
  ['IPv4', anyIpv4],
  ['IPv6', anyIpv6],
] as const) {
  test(`Every ${family} address inside an announced prefix has the same location, whatever the overrides`, () => {
    const prefix = fc
      .tuple(addresses, fc.integer({ min: 0, max: 32 }))
      .map(([address, length]) => prefixToText({ address: maskAddress(address, length), length }));
    const location = fc.constantFrom<Location>({ country: 'FR' }, { country: 'JP' }, { city: 'Oslo' });
    fc.assert(
      fc.property(
        fc.dictionary(prefix, location, { maxKeys: 8 }),
        fc.array(addresses, { minLength: 1 }),
        (overrides, others) => {
          const inside = Object.keys(overrides).flatMap(
            (text) => parseAddress(text.split('/')[0] ?? '') ?? [],
          );
          const source = withOverrides(halves, overrides);
          assertPrefixLaw(source, fc.constantFrom<Address[]>(...inside, ...others), 10);
        },
      ),
      { numRuns: 60 },
    );
  });
}

test('A prefix reaches as far as the fields that matter: over overrides, gaps between them, and the source', () => {
  const source = withOverrides(halves, {
    '10.0.0.0/16': { country: 'FR', city: 'Paris' },
    '10.1.0.0/16': { country: 'FR', city: 'Lyon' },
    '10.2.0.0/15': { country: 'IT' },
    '10.2.0.0/17': { country: 'IT' },
    '11.0.0.0/8': { country: 'US' },
  });
  const length = (text: string, ...fields: LocationField[]): number =>
    source.prefixLength(
      parseAddress(text) ?? assert.fail(text),
      fields.reduce((set, field) => set | fieldBit(field), 0),
    );
  assert.deepEqual([length('10.0.0.1', 'city'), length('10.0.0.1', 'country')], [16, 15]);
  assert.deepEqual([length('10.0.0.1', 'continent'), length('10.0.0.1', 'eu')], [14, 14]);
  assert.equal(length('10.2.0.1', 'country'), 15);
  assert.equal(length('11.0.0.1', 'country'), 8);
  assert.equal(length('11.0.0.1', 'country', 'timeZone'), 8);
  assert.deepEqual([length('12.0.0.1', 'country'), length('12.0.0.1', 'timeZone')], [6, 6]);
  assert.deepEqual([length('200.0.0.1', 'country'), length('200.0.0.1', 'city')], [1, 1]);
  assert.equal(length('200.0.0.1', 'region'), 0);
});
