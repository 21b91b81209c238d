/**
 * What a zone and its parent say of a key: DS (RFC 4034 §5) and CDS (RFC 7344 §3.1). The RDATA of a CDNSKEY
 * is that of the DNSKEY (RFC 7344 §3.2).
 */
import { createHash } from 'node:crypto';
import { ByteWriter } from '../../base/bytes.ts';
import { canonicalName, type WireName } from '../../wire/name.ts';
import { keyTag } from './dnskey.ts';

/** Digest types: SHA-256 and SHA-384. */
export type DsDigest = 2 | 4;

/** RDATA of the DS and the CDS of a DNSKEY. */
export function dsOf(owner: WireName, dnskey: Uint8Array, digest: DsDigest = 2): Uint8Array {
  // RFC 4034 §5.1.4: the name in canonical form, and then the RDATA.
  const octets = createHash(HASHES[digest]).update(canonicalName(owner)).update(dnskey).digest();
  const writer = new ByteWriter(4 + octets.length);
  writer.u16(keyTag(dnskey));
  writer.u8(dnskey[3] ?? 0);
  writer.u8(digest);
  writer.write(octets);
  return writer.toBytes();
}

/** RDATA that asks the parent to take all DS records away (RFC 8078 §4): `0 0 0 00` and `0 3 0 AA==`. */
export const CDS_DELETE: Uint8Array = Uint8Array.of(0, 0, 0, 0, 0);
export const CDNSKEY_DELETE: Uint8Array = Uint8Array.of(0, 0, 3, 0, 0);

const HASHES = { 2: 'sha256', 4: 'sha384' } as const;
