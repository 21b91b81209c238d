/** The law every geo source obeys: all addresses in the prefix it announces have the location it tells. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Address, addressToText, maskAddress } from '../../runtime/base/ip.ts';
import type { GeoSource } from '../../runtime/geo/location.ts';

/** Fails unless the law holds for a source, over addresses of the test's choice. */
export function assertPrefixLaw(source: GeoSource, addresses: fc.Arbitrary<Address>, numRuns: number): void {
  const noise = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(addresses, noise, (address, random) => {
      const { location, prefixLength } = source.locate(address);
      const width = 8 * address.bytes.length;
      assert.ok(prefixLength >= 0 && prefixLength <= width, `length ${prefixLength}`);
      for (const rest of [new Uint8Array(16), new Uint8Array(16).fill(0xff), random]) {
        const neighbour = fill(address, prefixLength, rest);
        assert.deepEqual(
          source.locate(neighbour).location,
          location,
          `${addressToText(address)}/${prefixLength} contains ${addressToText(neighbour)}`,
        );
      }
    }),
    { numRuns },
  );
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

function fill(address: Address, length: number, rest: Uint8Array): Address {
  const bytes = maskAddress(address, length).bytes;
  const complement = maskAddress(
    { family: address.family, bytes: rest.slice(0, bytes.length) },
    length,
  ).bytes;
  for (const [at, octet] of bytes.entries()) bytes[at] = octet | ((rest[at] ?? 0) ^ (complement[at] ?? 0));
  return { family: address.family, bytes };
}
