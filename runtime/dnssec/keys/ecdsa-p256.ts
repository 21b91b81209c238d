/** ECDSA with curve P-256 and SHA-256 (RFC 6605): algorithm 13. */
import { generateKeyPairSync } from 'node:crypto';
import { fail, ok } from '../../base/result.ts';
import { DNSSEC_ALGORITHMS } from '../../wire/iana/dnssec-algorithm.ts';
import type { KeyAlgorithm } from './algorithm.ts';
import { privateKeyFromDer, publicKeyFromDer, publicPartOf } from './der.ts';

export const ECDSA_P256: KeyAlgorithm = {
  number: DNSSEC_ALGORITHMS.ECDSAP256SHA256,
  name: 'ECDSAP256SHA256',
  digest: 'sha256',
  privateFields: ['PrivateKey'],
  // RFC 6605 §4: x and y, 32 octets each, without the octet that says that a point is not compressed.
  publicKey: (octets) => (octets.length === 64 ? publicKeyFromDer(SPKI, octets) : undefined),
  publicOctets: (key) => publicPartOf(key, SPKI),
  privateKey: (fields) => {
    const scalar = scalarOf(fields.get('PrivateKey') ?? new Uint8Array(0));
    const key = scalar && privateKeyFromDer(PKCS8, scalar);
    return key === undefined ? fail('The number is no private key of curve P-256') : ok(key);
  },
  privateFieldsOf: (key) => {
    const { d = '' } = key.export({ format: 'jwk' });
    return new Map([['PrivateKey', Buffer.from(d, 'base64url')]]);
  },
  bits: () => 256,
  generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
};

const OCTETS = 32;
/** A key without its public half, which OpenSSL then computes. */
const PKCS8 = Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 'hex');
const SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
/** The order of the base point (FIPS 186-4, D.1.2.3). OpenSSL takes scalars that are none, and signs with them. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

/** The number in 32 octets: some tools cut off zeros in front, others add one. */
function scalarOf(octets: Uint8Array): Uint8Array | undefined {
  const first = octets.findIndex((octet) => octet !== 0);
  if (first === -1 || octets.length - first > OCTETS) return undefined;
  const scalar = Buffer.alloc(OCTETS);
  scalar.set(octets.subarray(first), OCTETS - (octets.length - first));
  return Buffer.compare(scalar, ORDER) < 0 ? scalar : undefined;
}
