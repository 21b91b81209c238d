/** Several sources, one in front of the other: what is known comes from the first that knows, and prefixes and keys hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, maskAddress, parseAddress } from '../../runtime/base/net/ip.ts';
import { layered, NOWHERE } from '../../runtime/geo/layers.ts';
import {
  ALL_FIELDS,
  fieldBit,
  type GeoSource,
  LOCATION_FIELDS,
  type Location,
} from '../../runtime/geo/location.ts';
import { withOverrides } from '../../runtime/geo/overrides.ts';

const address = (text: string): Address => parseAddress(text) ?? assert.fail(text);
const of = (networks: Readonly<Record<string, Location>>): GeoSource => withOverrides(NOWHERE, networks);

const CITY = of({ '10.0.0.0/8': { country: 'DE', city: 'Bonn' }, '11.0.0.0/8': { city: 'Atlantis' } });
const ASN = of({ '10.1.0.0/16': { asn: 64496, organization: 'Example' }, '12.0.0.0/8': { asn: 64497 } });
const OLD = of({
  '10.0.0.0/8': { country: 'FR', region: 'IDF' },
  '11.0.0.0/8': { country: 'JP' },
  '12.0.0.0/8': { country: 'US', asn: 1 },
});

test('Who knows the country says where it is, and who knows the system says whose it is', () => {
  const source = layered([CITY, ASN, OLD]);
  assert.deepEqual(source.locate(address('10.1.2.3')), {
    country: 'DE',
    continent: 'EU',
    eu: true,
    city: 'Bonn',
    asn: 64496,
    organization: 'Example',
  });
  assert.equal(
    source.read(address('10.1.2.3'), 'region'),
    undefined,
    'no place is put together from several',
  );
  assert.deepEqual(source.locate(address('11.0.0.1')), { country: 'JP', continent: 'AS', eu: false });
  assert.deepEqual(source.locate(address('12.0.0.1')), {
    country: 'US',
    continent: 'NA',
    eu: false,
    asn: 64497,
  });
  assert.deepEqual(source.locate(address('13.0.0.1')), {});
});

test('A source alone is itself', () => assert.equal(layered([CITY]), CITY));

const places = fc.constantFrom<Location>(
  { country: 'DE', city: 'Bonn' },
  { country: 'DE', city: 'Cologne' },
  { country: 'FR', asn: 64496 },
  { asn: 64496, organization: 'Example' },
  { asn: 64497 },
  { city: 'Atlantis' },
);
const networks = fc.dictionary(
  fc
    .tuple(fc.constantFrom('10', '11', '12'), fc.constantFrom(0, 64, 128), fc.integer({ min: 6, max: 14 }))
    .map(([a, b, bits]) => `${a}.${b}.0.0/${bits}`),
  places,
  { maxKeys: 5 },
);
const clients = fc.array(
  fc
    .tuple(fc.constantFrom(9, 10, 11, 12, 13), fc.constantFrom(0, 63, 64, 127, 128, 255))
    .map(([a, b]): Address => ({ family: 4, bytes: Uint8Array.of(a, b, 7, 7) })),
  { minLength: 4 },
);

test('In a prefix, and under a key, all is the same', () => {
  fc.assert(
    fc.property(
      fc.array(networks, { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: ALL_FIELDS }),
      clients,
      (layers, fields, asked) => {
        const source = layered(layers.map(of));
        const seen = (one: Address): unknown[] =>
          LOCATION_FIELDS.map((field) => ((fields & fieldBit(field)) === 0 ? null : source.read(one, field)));
        for (const one of asked) {
          const all = source.locate(one);
          assert.deepEqual(
            LOCATION_FIELDS.map((field) => source.read(one, field)),
            LOCATION_FIELDS.map((field) => all[field]),
          );
          const length = source.prefixLength(one, fields);
          for (const other of asked) {
            const isInside =
              Buffer.compare(maskAddress(other, length).bytes, maskAddress(one, length).bytes) === 0;
            if (isInside || source.key(one, fields) === source.key(other, fields))
              assert.deepEqual(seen(other), seen(one));
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});
