/** Ed25519 (RFC 8080): algorithm 15. */
import { generateKeyPairSync } from 'node:crypto';
import { fail, ok } from '../../base/result.ts';
import { DNSSEC_ALGORITHMS } from '../../wire/iana/dnssec-algorithm.ts';
import type { KeyAlgorithm } from './algorithm.ts';
import { privateKeyFromDer, publicKeyFromDer, publicPartOf } from './der.ts';

export const ED25519: KeyAlgorithm = {
  number: DNSSEC_ALGORITHMS.ED25519,
  name: 'ED25519',
  digest: null,
  privateFields: ['PrivateKey'],
  publicKey: (octets) => (octets.length === OCTETS ? publicKeyFromDer(SPKI, octets) : undefined),
  publicOctets: (key) => publicPartOf(key, SPKI),
  // The secret is a string of octets (RFC 8032 §5.1.5) and no number: none of them can be missing.
  privateKey: (fields) => {
    const seed = fields.get('PrivateKey');
    const key = seed?.length === OCTETS ? privateKeyFromDer(PKCS8, seed) : undefined;
    return key === undefined ? fail(`A private key of Ed25519 has ${OCTETS} octets`) : ok(key);
  },
  privateFieldsOf: (key) => {
    const { d = '' } = key.export({ format: 'jwk' });
    return new Map([['PrivateKey', Buffer.from(d, 'base64url')]]);
  },
  bits: () => 256,
  generate: () => generateKeyPairSync('ed25519').privateKey,
};

const OCTETS = 32;
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
