/** Places and networks from MMDB files: as mmdb-lib finds them, with prefixes in which all is the same, and no further. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Reader, type Response } from 'mmdb-lib';
import {
  type Address,
  addressToText,
  maskAddress,
  parseAddress,
  prefixToText,
} from '../../runtime/base/net/ip.ts';
import { fieldBit, type GeoSource, type LOCATION_FIELDS } from '../../runtime/geo/location.ts';
import { createMmdbSource } from '../../runtime/geo/mmdb.ts';
import { checkMmdb } from '../../runtime/geo/mmdb-check.ts';
import { locationOfRecord } from '../../runtime/geo/mmdb-record.ts';
import { type MmdbOptions, type MmdbValue, mmdbFile } from '../support/mmdb.ts';
import { makeFolder } from '../support/policies-folder.ts';

const address = (text: string): Address => parseAddress(text) ?? assert.fail(text);

function fileOf(context: TestContext, octets: Uint8Array): string {
  const file = path.join(makeFolder(context).root, 'geo.mmdb');
  writeFileSync(file, octets);
  return file;
}

function sourceOf(
  context: TestContext,
  networks: Readonly<Record<string, MmdbValue>>,
  options: MmdbOptions = {},
): GeoSource {
  return createMmdbSource(fileOf(context, mmdbFile(networks, options)));
}

const BONN = {
  continent: { code: 'EU' },
  country: { iso_code: 'DE', is_in_european_union: true },
  city: { names: { en: 'Bonn', de: 'Bonn' } },
  subdivisions: [{ iso_code: 'NW' }],
  location: { latitude: 50.7323, longitude: -7.1846, time_zone: 'Europe/Berlin' },
};
const KOELN = { ...BONN, city: { names: { en: 'Cologne' } } };
const PARIS = { country: { iso_code: 'FR' }, city: { names: { en: 'Paris' } } };
const EXAMPLE = { autonomous_system_number: 64496, autonomous_system_organization: 'Example' };

test('A place has all that its record says', (context) => {
  const source = sourceOf(context, { '192.0.2.0/24': BONN, '2001:db8::/32': EXAMPLE });
  assert.deepEqual(source.locate(address('192.0.2.7')), {
    country: 'DE',
    continent: 'EU',
    eu: true,
    region: 'NW',
    city: 'Bonn',
    timeZone: 'Europe/Berlin',
    latitude: 50.7323,
    longitude: -7.1846,
  });
  assert.deepEqual(source.locate(address('2001:db8::7')), { asn: 64496, organization: 'Example' });
  assert.deepEqual(source.locate(address('203.0.113.7')), {});
  assert.equal(source.read(address('2001:db8::7'), 'country'), undefined);
  assert.equal(source.read(address('192.0.2.7'), 'longitude'), -7.1846);
});

for (const [maker, record, location] of [
  [
    'flat records',
    {
      country_code: 'nl',
      city: 'Delft',
      state1: 'South Holland',
      latitude: 52,
      longitude: 4.4,
      timezone: 'Europe/Amsterdam',
    },
    {
      country: 'NL',
      continent: 'EU',
      eu: true,
      region: 'South Holland',
      city: 'Delft',
      timeZone: 'Europe/Amsterdam',
      latitude: 52,
      longitude: 4.4,
    },
  ],
  [
    'texts for numbers',
    { country: 'US', region: 'CA', city: 'San Jose', loc: '37.3,-121.9', asn: 'AS64496', as_name: 'Example' },
    {
      country: 'US',
      continent: 'NA',
      eu: false,
      region: 'CA',
      city: 'San Jose',
      latitude: 37.3,
      longitude: -121.9,
      asn: 64496,
      organization: 'Example',
    },
  ],
  [
    'a registered country alone',
    { registered_country: { iso_code: 'JP' } },
    { country: 'JP', continent: 'AS', eu: false },
  ],
  [
    'traits',
    { traits: { autonomous_system_number: 64497, isp: 'x' }, isp: 'Example' },
    { asn: 64497, organization: 'Example' },
  ],
  [
    'nothing that is a place',
    { country: { iso_code: 'Germany' }, location: { latitude: 0, longitude: 0 }, asn: 0, city: '' },
    {},
  ],
  [
    'degrees that there are not',
    { country: 'DE', latitude: 99, longitude: 8 },
    { country: 'DE', continent: 'EU', eu: true },
  ],
  ['a text', 'DE', {}],
] as const)
  test(`Records are read that have ${maker}`, () => assert.deepEqual(locationOfRecord(record), location));

const places = fc.constantFrom<MmdbValue>(BONN, KOELN, PARIS, EXAMPLE, { note: 'nothing of places' });
/** Few octets, so that networks lie in one another. None has IPv4 inside of IPv6. */
const crowded = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 1, 128, 255), fc.constantFrom(0, 128), fc.nat(3))
    .map(([a, b, d]): Address => ({ family: 4, bytes: Uint8Array.of(a, b, 0, d) })),
  fc.tuple(fc.constantFrom(0x20, 0x21), fc.nat(1), fc.constantFrom(0, 128)).map(([a, b, c]): Address => {
    const bytes = new Uint8Array(16);
    bytes.set([a, 0x10, b, c], 0);
    return { family: 6, bytes };
  }),
);
const networks = fc
  .array(fc.tuple(crowded, fc.integer({ min: 1, max: 64 }), places), { minLength: 1, maxLength: 10 })
  .map((all) =>
    Object.fromEntries(
      all.map(([of, bits, place]) => {
        const length = Math.min(bits, 8 * of.bytes.length);
        return [prefixToText({ address: maskAddress(of, length), length }), place] as const;
      }),
    ),
  );

test('Every address has what mmdb-lib finds for it, in a prefix of the same, which is the largest', (context) => {
  const folder = makeFolder(context).root;
  let file = 0;
  fc.assert(
    fc.property(
      networks,
      fc.constantFrom(24, 28, 32),
      fc.array(crowded, { minLength: 5 }),
      (known, recordSize, asked) => {
        const octets = mmdbFile(known, { recordSize });
        file += 1;
        const name = path.join(folder, `${file}.mmdb`);
        writeFileSync(name, octets);
        const source = createMmdbSource(name);
        const reader = new Reader<Response>(octets);
        const truth = (of: Address): object => locationOfRecord(reader.get(addressToText(of)));
        for (const one of asked) {
          assert.deepEqual(source.locate(one), truth(one), addressToText(one));
          for (const field of ['country', 'city', 'asn'] as const) {
            const value = (of: Address): unknown => (truth(of) as Record<string, unknown>)[field];
            assert.equal(source.read(one, field), value(one));
            const length = source.prefixLength(one, fieldBit(field));
            // Below ::/64 are the addresses of IPv4, which nobody has that comes by IPv6.
            const firsts = Object.keys(known).map((text) => address(text.split('/')[0] ?? ''));
            const near = [...asked, ...firsts.filter(({ bytes }) => bytes.some((octet) => octet !== 0))];
            for (const other of near) {
              const isInside =
                other.family === one.family &&
                Buffer.compare(maskAddress(other, length).bytes, maskAddress(one, length).bytes) === 0;
              if (isInside)
                assert.equal(
                  value(other),
                  value(one),
                  `${addressToText(one)}/${length} has ${addressToText(other)}`,
                );
              if (
                source.key(one, fieldBit(field)) === source.key(other, fieldBit(field)) &&
                one.family === other.family
              )
                assert.equal(value(other), value(one));
            }
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('A prefix is as wide as the field that is read', (context) => {
  const source = sourceOf(context, { '10.0.0.0/9': BONN, '10.128.0.0/9': KOELN, '11.0.0.0/8': PARIS });
  const length = (...fields: readonly (typeof LOCATION_FIELDS)[number][]): number =>
    source.prefixLength(
      address('10.1.2.3'),
      fields.reduce((set, field) => set | fieldBit(field), 0),
    );
  assert.deepEqual([length('country'), length('city'), length('asn')], [8, 9, 0]);
});

test('A file of IPv4 knows nothing of IPv6', (context) => {
  const source = sourceOf(context, { '32.1.0.0/16': PARIS }, { family: 4, recordSize: 24 });
  assert.equal(source.read(address('32.1.13.184'), 'country'), 'FR');
  assert.deepEqual(source.locate(address('2001:db8::1')), {});
  assert.equal(source.prefixLength(address('2001:db8::1'), fieldBit('country')), 0);
});

test('Of networks longer than /64 one stands for its /64', (context) => {
  const source = sourceOf(context, { '2001:db8::1/128': PARIS, '2001:db8:0:1::/80': BONN });
  assert.equal(source.read(address('2001:db8::2'), 'country'), 'FR');
  assert.equal(source.read(address('2001:db8:0:1:7::'), 'country'), 'DE');
  assert.equal(source.read(address('2001:db8:0:2::'), 'country'), undefined);
});

test('A file says of what and when it is', () => {
  const octets = mmdbFile(
    { '10.0.0.0/8': BONN, '11.0.0.0/8': BONN, '2001:db8::/32': PARIS },
    { type: 'GeoLite2-City', built: Date.UTC(2026, 8, 18) / 1000 },
  );
  const seen = checkMmdb(octets);
  assert.ok(seen.ok);
  const { type, built, networks, records } = seen.value;
  assert.deepEqual([type, built.slice(0, 10), networks, records], ['GeoLite2-City', '2026-09-18', 3, 2]);
});

test('A file that was cut anywhere is told, and so is one that is none, or not there', (context) => {
  const octets = mmdbFile({ '10.0.0.0/8': BONN, '2001:db8::/32': PARIS });
  for (let length = 0; length < octets.length; length += 7) {
    const file = fileOf(context, octets.subarray(0, length));
    assert.throws(
      () => createMmdbSource(file),
      /^DnsteerError: Cannot read the geo data .*geo\.mmdb: it was not written to its end, or is no MMDB file/,
      `${length} of ${octets.length}`,
    );
  }
  for (let length = 0; length < octets.length; length += 7)
    assert.equal(checkMmdb(octets.subarray(0, length)).ok, false);
  assert.throws(
    () => createMmdbSource('/nowhere/geo.mmdb'),
    /Cannot read the geo data \/nowhere\/geo\.mmdb: it does not exist\. Fetch it again, or name another under geo\.files/,
  );
});

test('Nodes that lead in circles are told', (context) => {
  const octets = mmdbFile({ '10.0.0.0/8': BONN }, { recordSize: 24, family: 4 });
  // The second node leads back to the first.
  octets.writeUIntBE(0, 6, 3);
  octets.writeUIntBE(0, 9, 3);
  const file = fileOf(context, octets);
  assert.throws(() => createMmdbSource(file), /its nodes are no tree/);
  assert.deepEqual(checkMmdb(octets), { ok: false, problem: 'its nodes are no tree' });
});
