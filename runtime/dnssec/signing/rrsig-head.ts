/**
 * RDATA of an RRSIG up to the signature (RFC 4034 §3.1), which the signature covers too:
 *
 *     type covered (2) · algorithm (1) · labels (1) · original TTL (4) · expiration (4) · inception (4) · key tag (2) · signer
 */
import { ByteWriter } from '../../base/bytes.ts';
import { canonicalName, type WireName } from '../../wire/name.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import type { CanonicalSet } from './canonical-set.ts';
import type { SignatureTimes } from './signature-times.ts';

const LABELS_AT = 3;
/** Octets before the signer's name. */
const FIXED = 18;

/** The head of all signatures by one key in one period; {@link setHead} fills in the rest. */
export function rrsigHead(
  signer: WireName,
  key: Pick<SigningKey, 'algorithm' | 'tag'>,
  { inception, expiration }: Pick<SignatureTimes, 'inception' | 'expiration'>,
): Uint8Array {
  const writer = new ByteWriter(FIXED + signer.length);
  writer.u16(0);
  writer.u8(key.algorithm);
  writer.u8(0);
  writer.u32(0);
  // Times are numbers modulo 2³² (RFC 4034 §3.1.5), which is what is left of a larger one.
  writer.u32(expiration);
  writer.u32(inception);
  writer.u16(key.tag);
  writer.write(canonicalName(signer));
  return writer.toBytes();
}

/** Fills in what is of the set: its type, original TTL and labels. */
export function setHead(head: Uint8Array, set: CanonicalSet): void {
  const { octets } = set;
  for (let at = 0; at < 2; at += 1) head[at] = octets[at] ?? 0;
  head[LABELS_AT] = set.labels;
  for (let at = 0; at < 4; at += 1) head[4 + at] = octets[2 + at] ?? 0;
}
