/** The RDATA of a DNSKEY (RFC 4034 §2), and its key tag (Appendix B). */
import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { DNSSEC_ALGORITHMS } from '../../wire/iana/dnssec-algorithm.ts';

export interface DnskeyFields {
  readonly flags: number;
  readonly algorithm: number;
  /** The octets of the key; their form is that of the algorithm. */
  readonly publicKey: Uint8Array;
}

/** Bits of the flags: a key of the zone (RFC 4034 §2.1.1), revoked (RFC 5011 §7), with a DS (RFC 4034 §2.1.1). */
export const DNSKEY_FLAGS = { ZONE: 0x0100, REVOKE: 0x0080, SEP: 0x0001 } as const;

/** Reads RDATA; `undefined` if it is no key of a zone. The octets of the key share memory with it. */
export function readDnskey(rdata: Uint8Array): DnskeyFields | undefined {
  const reader = new ByteReader(rdata);
  const flags = reader.u16();
  const protocol = reader.u8();
  const algorithm = reader.u8();
  const publicKey = reader.rest();
  if (!reader.done || publicKey.length === 0) return undefined;
  // RFC 4034 §2.1.1, §2.1.2: any other value makes the key unfit for DNSSEC.
  return (flags & DNSKEY_FLAGS.ZONE) === 0 || protocol !== PROTOCOL
    ? undefined
    : { flags, algorithm, publicKey };
}

export function writeDnskey({ flags, algorithm, publicKey }: DnskeyFields): Uint8Array {
  const writer = new ByteWriter(4 + publicKey.length);
  writer.u16(flags);
  writer.u8(PROTOCOL);
  writer.u8(algorithm);
  writer.write(publicKey);
  return writer.toBytes();
}

/** The key tag of a DNSKEY's RDATA. */
export function keyTag(rdata: Uint8Array): number {
  // RFC 4034 §B.1: the last octets but one of an old kind of key.
  if (rdata[3] === DNSSEC_ALGORITHMS.RSAMD5) return ((rdata.at(-3) ?? 0) << 8) | (rdata.at(-2) ?? 0);
  let sum = 0;
  for (const [at, octet] of rdata.entries()) sum += at % 2 === 0 ? octet << 8 : octet;
  return (sum + ((sum >> 16) & 0xffff)) & 0xffff;
}

/** The key tags that a key has or can come to have: its own, and the one it has when it is revoked. */
export function keyTags(rdata: Uint8Array): readonly [number, number] {
  const revoked = Uint8Array.from(rdata);
  revoked[1] = (rdata[1] ?? 0) | DNSKEY_FLAGS.REVOKE;
  return [keyTag(rdata), keyTag(revoked)];
}

/** Whether two keys can be taken for each other by their tags, now or once one of them is revoked. */
export function haveCommonTag(a: Uint8Array, b: Uint8Array): boolean {
  const tags = keyTags(a);
  return keyTags(b).some((tag) => tags.includes(tag));
}

/** RFC 4034 §2.1.2. */
const PROTOCOL = 3;
