/**
 * The algorithms that dnsteer signs with, and why it does not sign with the others (RFC 9904 §2.2 says which
 * an implementation must not use).
 */
import { verify } from 'node:crypto';
import { fail, ok, type Result } from '../../base/result.ts';
import { DNSSEC_ALGORITHMS, MUST_NOT_SIGN } from '../../wire/iana/dnssec-algorithm.ts';
import type { KeyAlgorithm } from './algorithm.ts';
import { readDnskey } from './dnskey.ts';
import { ECDSA_P256 } from './ecdsa-p256.ts';
import { ED25519 } from './ed25519.ts';
import { RSA_SHA256 } from './rsa-sha256.ts';

export const SIGNING_ALGORITHMS: readonly KeyAlgorithm[] = [RSA_SHA256, ECDSA_P256, ED25519];
/** Those of which dnsteer makes keys; the first is made unless the settings say otherwise. */
export const MADE_ALGORITHMS = [ECDSA_P256, ED25519] as const;

/** The algorithm of a number, or a sentence that says why dnsteer does not sign with it. */
export function signingAlgorithm(number: number): Result<KeyAlgorithm> {
  const found = SIGNING_ALGORITHMS.find((algorithm) => algorithm.number === number);
  if (found !== undefined) return ok(found);
  const reason = MUST_NOT_SIGN.get(number) ?? `is not supported; ${SUPPORTED}`;
  return fail(`Algorithm ${algorithmToText(number)} ${reason}`);
}

/** A number with its name, such as `13 (ECDSAP256SHA256)`. */
export function algorithmToText(number: number): string {
  for (const [name, each] of Object.entries(DNSSEC_ALGORITHMS))
    if (each === number) return `${number} (${name})`;
  return String(number);
}

/** Whether a signature is that of a DNSKEY over the octets; false as well for algorithms not in the table. */
export function isSignatureOf(dnskey: Uint8Array, octets: Uint8Array, signature: Uint8Array): boolean {
  const fields = readDnskey(dnskey);
  const algorithm = SIGNING_ALGORITHMS.find(({ number }) => number === fields?.algorithm);
  const key = fields && algorithm?.publicKey(fields.publicKey);
  if (algorithm === undefined || key === undefined) return false;
  return verify(algorithm.digest, octets, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

const SUPPORTED = `dnsteer signs with ${SIGNING_ALGORITHMS.map(({ number, name }) => `${number} (${name})`).join(', ')}`;
