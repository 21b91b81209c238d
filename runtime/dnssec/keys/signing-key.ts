/** Keys that sign. The private part of one stands in a KeyObject, out of reach of all that prints objects. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { KeyAlgorithm } from './algorithm.ts';
import { isSignatureOf, signingAlgorithm } from './algorithms.ts';
import { keyTag, readDnskey } from './dnskey.ts';

/** Inspecting, logging or serializing a key shows nothing of its private part. */
export interface SigningKey {
  /** The number of the IANA: 8, 13 or 15. */
  readonly algorithm: number;
  /** 256 or 257; 128 more for a revoked key. */
  readonly flags: number;
  /** RFC 4034 Appendix B. */
  readonly tag: number;
  /** RDATA of its DNSKEY. */
  readonly dnskey: Uint8Array;
  /** The signature over octets in the form of an RRSIG (RFC 6605 §4, RFC 8080 §4, RFC 5702 §3). */
  sign(octets: Uint8Array): Uint8Array;
}

/** Makes a key of a DNSKEY's RDATA and a private key in PKCS #8. */
export function openSigningKey(dnskey: Uint8Array, pkcs8: Uint8Array): Result<SigningKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch {
    return fail('The private key is no PKCS #8');
  }
  return signingKeyOf(dnskey, key);
}

/** The same for a private key that was read already. */
export function signingKeyOf(dnskey: Uint8Array, key: KeyObject): Result<SigningKey> {
  const fields = readDnskey(dnskey);
  if (fields === undefined) return fail('The DNSKEY is not one of a zone');
  const algorithm = signingAlgorithm(fields.algorithm);
  if (!algorithm.ok) return algorithm;
  if (algorithm.value.publicKey(fields.publicKey) === undefined) {
    return fail(`The DNSKEY is no public key of algorithm ${algorithm.value.name}`);
  }
  const opened = new OpenedKey(dnskey, fields.flags, algorithm.value, key);
  return isPair(opened) ? ok(opened) : fail('The private key is not that of the DNSKEY');
}

/** The private part in PKCS #8: for the processes that sign, and for nothing that prints or keeps it. */
export function pkcs8Of(key: SigningKey): Uint8Array {
  return privatePartOf(key).key.export({ format: 'der', type: 'pkcs8' });
}

/** The private part, for a key file. */
export function privatePartOf(key: SigningKey): PrivatePart {
  assert(key instanceof OpenedKey, 'a signing key was opened here');
  return key.privatePart();
}

export interface PrivatePart {
  readonly algorithm: KeyAlgorithm;
  readonly key: KeyObject;
}

class OpenedKey implements SigningKey {
  readonly algorithm: number;
  readonly flags: number;
  readonly tag: number;
  readonly dnskey: Uint8Array;
  readonly #algorithm: KeyAlgorithm;
  /** P-256: r and s in 32 octets each, as RFC 6605 §4 has them; other algorithms do not look at this. */
  readonly #how: { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' };

  constructor(dnskey: Uint8Array, flags: number, algorithm: KeyAlgorithm, key: KeyObject) {
    this.algorithm = algorithm.number;
    this.flags = flags;
    this.dnskey = Uint8Array.from(dnskey);
    this.tag = keyTag(dnskey);
    this.#algorithm = algorithm;
    this.#how = { key, dsaEncoding: 'ieee-p1363' };
  }

  sign(octets: Uint8Array): Uint8Array {
    return sign(this.#algorithm.digest, octets, this.#how);
  }

  privatePart(): PrivatePart {
    return { algorithm: this.#algorithm, key: this.#how.key };
  }
}

/** A trial is the only proof: a file of a private key can hold any public key beside it. */
function isPair(key: SigningKey): boolean {
  try {
    return isSignatureOf(key.dnskey, TRIAL, key.sign(TRIAL));
  } catch {
    // The private key is one of another kind.
    return false;
  }
}

const TRIAL = Buffer.from('dnsteer');
