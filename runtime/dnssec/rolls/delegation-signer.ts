/** Which keys the DS records at the parent point to (RFC 4034 §5.1.4). */
import { createHash } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import type { DsSeen } from './observations.ts';

/** How a DS looks on a key: it is of that key, of another, or it would be of that key and its digest is wrong. */
export type DsFit = 'fits' | 'other' | 'wrong';

const DIGESTS = new Map([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
]);

/** Compares a DS with a key of a zone. A digest of an unknown type is passed over, as validators do. */
export function fitOf(
  ds: DsSeen,
  zone: string,
  key: { readonly tag: number; readonly algorithm: number; readonly dnskey: string },
): DsFit {
  if (ds.tag !== key.tag || ds.algorithm !== key.algorithm) return 'other';
  const digest = digestOf(zone, key.dnskey, ds.digestType);
  return digest === undefined || digest === ds.digest ? 'fits' : 'wrong';
}

/** The digest of a key in hex; `undefined` for a type that is not known. `dnskey` is its RDATA in base64. */
export function digestOf(zone: string, dnskey: string, digestType: number): string | undefined {
  const hash = DIGESTS.get(digestType);
  if (hash === undefined) return undefined;
  const owner = zoneNameFromText(zone);
  assert(owner.ok, `"${zone}" is a name`);
  return createHash(hash).update(owner.value).update(Buffer.from(dnskey, 'base64')).digest('hex');
}
