/**
 * The laws every geo source obeys: a field is what the location has of it; in the prefix it tells for an address and some fields, these fields
 * are the same for all addresses; and no larger prefix is like that.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Address, addressToText, maskAddress } from '../../runtime/base/net/ip.ts';
import {
  ALL_FIELDS,
  differingFields,
  type GeoSource,
  LOCATION_FIELDS,
  type Location,
} from '../../runtime/geo/location.ts';

/** Any set of fields, none of them empty. */
export const anyFields = fc.oneof(
  fc.constant(ALL_FIELDS),
  fc.integer({ min: 0, max: 7 }).map((field) => 1 << field),
  fc.integer({ min: 1, max: ALL_FIELDS }),
);

/** Fails unless the law holds for a source, over addresses of the test's choice. */
export function assertPrefixLaw(source: GeoSource, addresses: fc.Arbitrary<Address>, numRuns: number): void {
  const noise = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(addresses, anyFields, noise, (address, fields, random) => {
      const location = source.locate(address);
      for (const field of LOCATION_FIELDS) assert.equal(source.read(address, field), location[field], field);
      const length = source.prefixLength(address, fields);
      const width = 8 * address.bytes.length;
      assert.ok(length >= 0 && length <= width, `length ${length}`);
      for (const rest of [new Uint8Array(16), new Uint8Array(16).fill(0xff), random]) {
        const neighbour = fill(address, length, rest);
        const message = `${addressToText(address)}/${length} contains ${addressToText(neighbour)}`;
        assert.equal(differingFields(source.locate(neighbour), location) & fields, 0, message);
        assert.equal(source.prefixLength(neighbour, fields), length, message);
      }
      if (length > 0) assertNoLarger(source, address, length, fields, location);
    }),
    { numRuns },
  );
}

/** The other half of the next larger prefix, looked at from one end to the other, must hold something else. */
function assertNoLarger(
  source: GeoSource,
  address: Address,
  length: number,
  fields: number,
  location: Location,
): void {
  const half = fill(address, length, new Uint8Array(16));
  half.bytes[(length - 1) >> 3] = (half.bytes[(length - 1) >> 3] ?? 0) ^ (0x80 >> ((length - 1) & 7));
  for (let at: Address | undefined = half; at !== undefined; ) {
    if ((differingFields(source.locate(at), location) & fields) !== 0) return;
    at = after(at, source.prefixLength(at, fields), half, length);
  }
  assert.fail(`${addressToText(address)}/${length} is not the largest prefix`);
}

/** The first address behind a prefix of `at`, unless it is outside of the half. */
function after(at: Address, length: number, half: Address, halfLength: number): Address | undefined {
  const { bytes } = fill(at, length, new Uint8Array(16).fill(0xff));
  let carry = bytes.length - 1;
  while (carry >= 0 && bytes[carry] === 0xff) bytes[carry--] = 0;
  if (carry < 0) return undefined;
  bytes[carry] = (bytes[carry] ?? 0) + 1;
  const next = { family: at.family, bytes };
  return addressToText(maskAddress(next, halfLength)) === addressToText(half) ? next : undefined;
}

/** Any IPv4 address. */
export const anyIpv4: fc.Arbitrary<Address> = fc
  .uint8Array({ minLength: 4, maxLength: 4 })
  .map((bytes) => ({ family: 4, bytes }));

/** IPv6 addresses, most of them in 2000::/8 to 2c00::/8, where the internet is. */
export const anyIpv6: fc.Arbitrary<Address> = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(0x20, 0x24, 0x26, 0x28, 0x2a, 0x2c) },
      fc.integer({ min: 0, max: 255 }),
    ),
    fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 15 }) }, fc.integer({ min: 0, max: 255 })),
    fc.uint8Array({ minLength: 14, maxLength: 14 }),
  )
  .map(([first, second, rest]) => ({ family: 6, bytes: Uint8Array.of(first, second, ...rest) }));

/** An address with the first bits of another, and the rest of `rest`. */
export function fill(address: Address, length: number, rest: Uint8Array): Address {
  const bytes = maskAddress(address, length).bytes;
  const complement = maskAddress(
    { family: address.family, bytes: rest.slice(0, bytes.length) },
    length,
  ).bytes;
  for (const [at, octet] of bytes.entries()) bytes[at] = octet | ((rest[at] ?? 0) ^ (complement[at] ?? 0));
  return { family: address.family, bytes };
}
