/** Names, RDATA and queries of any kind, for property tests. */
import fc from 'fast-check';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { WireName } from '../../runtime/wire/name.ts';

const ANY_LABEL = fc.uint8Array({ minLength: 1, maxLength: 63 });
/** Few of them, so that names share suffixes. */
const COMMON_LABEL = fc
  .constantFrom('a', 'B', 'www', 'example', 'com')
  .map((text) => Uint8Array.from(Buffer.from(text)));

function joinLabels(labels: readonly Uint8Array[]): WireName {
  const octets: number[] = [];
  for (const label of labels) {
    if (octets.length + label.length + 2 <= 255) octets.push(label.length, ...label);
  }
  return Uint8Array.from([...octets, 0]);
}

/** Names of any octets, up to the greatest length, many of them alike. */
export const names: fc.Arbitrary<WireName> = fc
  .array(fc.oneof({ weight: 4, arbitrary: COMMON_LABEL }, { weight: 1, arbitrary: ANY_LABEL }), {
    maxLength: 8,
  })
  .map(joinLabels);

const octets = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });

function concat(...parts: fc.Arbitrary<Uint8Array>[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(...parts).map((list) => Uint8Array.from(Buffer.concat(list)));
}

const characterString = octets(255).map((text) => Uint8Array.from([text.length, ...text]));

/** Well-formed RDATA with its type. */
export const typedRdata: fc.Arbitrary<{ type: number; rdata: Uint8Array }> = fc.oneof(
  octets(4, 4).map((rdata) => ({ type: RRTYPE.A, rdata })),
  octets(16, 16).map((rdata) => ({ type: RRTYPE.AAAA, rdata })),
  ...[RRTYPE.NS, RRTYPE.CNAME, RRTYPE.PTR].map((type) => names.map((rdata) => ({ type, rdata }))),
  concat(octets(2, 2), names).map((rdata) => ({ type: RRTYPE.MX, rdata })),
  concat(names, names, octets(20, 20)).map((rdata) => ({ type: RRTYPE.SOA, rdata })),
  concat(octets(6, 6), names).map((rdata) => ({ type: RRTYPE.SRV, rdata })),
  concat(octets(2, 2), names).map((rdata) => ({
    type: RRTYPE.SVCB,
    rdata: Uint8Array.from([0, 1, ...rdata.subarray(2)]),
  })),
  concat(characterString, characterString).map((rdata) => ({ type: RRTYPE.TXT, rdata })),
  octets(300).map((rdata) => ({ type: 65280, rdata })),
);

/** A client subnet option as it should be: the address ends with the source prefix. */
const subnets = fc
  .tuple(fc.constantFrom(1 as const, 2 as const), fc.nat(128), octets(16, 16))
  .map(([family, bits, random]) => {
    const source = Math.min(bits, family === 1 ? 32 : 128);
    const address = random.slice(0, Math.ceil(source / 8));
    const last = address.length - 1;
    if (source % 8 !== 0) address[last] = (address[last] ?? 0) & (0xff << (8 - (source % 8)));
    return { family, source, address };
  });

const ednses = fc.record({
  udpSize: fc.nat(0xffff),
  dnssecOk: fc.boolean(),
  subnet: fc.option(subnets, { nil: undefined }),
  cookie: fc.boolean(),
});

/** Queries without a fault, and what is in them. */
export const queries = fc
  .record({
    id: fc.nat(0xffff),
    name: names,
    type: fc.nat(0xffff),
    edns: fc.option(ednses, { nil: undefined }),
  })
  .map((query) => ({ ...query, packet: packetOf(query) }));

type QueryParts = {
  id: number;
  name: Uint8Array;
  type: number;
  edns: { udpSize: number; dnssecOk: boolean; subnet: Subnet | undefined; cookie: boolean } | undefined;
};
type Subnet = { family: number; source: number; address: Uint8Array };

function packetOf({ id, name, type, edns }: QueryParts): Uint8Array {
  const head = [...u16(id), 1, 0, 0, 1, 0, 0, 0, 0, 0, edns === undefined ? 0 : 1];
  return Uint8Array.from([...head, ...name, ...u16(type), 0, 1, ...(edns === undefined ? [] : optOf(edns))]);
}

function optOf({ udpSize, dnssecOk, subnet, cookie }: NonNullable<QueryParts['edns']>): number[] {
  const options = [
    ...(cookie ? [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8] : []),
    ...(subnet === undefined
      ? []
      : [
          0,
          8,
          ...u16(4 + subnet.address.length),
          ...u16(subnet.family),
          subnet.source,
          0,
          ...subnet.address,
        ]),
  ];
  return [0, 0, 41, ...u16(udpSize), 0, 0, dnssecOk ? 0x80 : 0, 0, ...u16(options.length), ...options];
}

function u16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
