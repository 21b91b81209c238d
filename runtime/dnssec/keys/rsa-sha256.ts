/** RSA with SHA-256 (RFC 5702): algorithm 8. dnsteer makes no such keys, and signs with those of others. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ByteReader } from '../../base/bytes.ts';
import { fail, ok } from '../../base/result.ts';
import { DNSSEC_ALGORITHMS } from '../../wire/iana/dnssec-algorithm.ts';
import type { KeyAlgorithm } from './algorithm.ts';

export const RSA_SHA256: KeyAlgorithm = {
  number: DNSSEC_ALGORITHMS.RSASHA256,
  name: 'RSASHA256',
  digest: 'sha256',
  privateFields: [
    'Modulus',
    'PublicExponent',
    'PrivateExponent',
    'Prime1',
    'Prime2',
    'Exponent1',
    'Exponent2',
    'Coefficient',
  ],
  publicKey: readPublicKey,
  publicOctets: (key) => {
    if (key.asymmetricKeyType !== 'rsa') return undefined;
    const { n = '', e = '' } = key.export({ format: 'jwk' });
    return withExponent(Buffer.from(e, 'base64url'), Buffer.from(n, 'base64url'));
  },
  privateKey: (fields) => {
    const jwk: Record<string, string> = { kty: 'RSA' };
    for (const [name, part] of Object.entries(PARTS)) jwk[part] = base64url(fields.get(name));
    try {
      const key = createPrivateKey({ key: jwk, format: 'jwk' });
      return isOfFitSize(key) ? ok(key) : fail(SIZES);
    } catch {
      return fail('The numbers are no private key of RSA');
    }
  },
  privateFieldsOf: (key) => {
    const jwk = key.export({ format: 'jwk' });
    return new Map(
      Object.entries(PARTS).map(([name, part]) => [name, Buffer.from(jwk[part] ?? '', 'base64url')]),
    );
  },
  bits: (key) => key.asymmetricKeyDetails?.modulusLength ?? 0,
};

/** Fields of BIND's files, in its order, as members of a JSON Web Key (RFC 7518 §6.3). */
const PARTS = {
  Modulus: 'n',
  PublicExponent: 'e',
  PrivateExponent: 'd',
  Prime1: 'p',
  Prime2: 'q',
  Exponent1: 'dp',
  Exponent2: 'dq',
  Coefficient: 'qi',
} as const;

/** RFC 5702 §2 allows 512 bits as well, which anybody can factor. */
const FEWEST_BITS = 1024;
const MOST_BITS = 4096;
const SIZES = `A key of RSA has ${FEWEST_BITS} to ${MOST_BITS} bits`;

/** RFC 3110 §2: the length of the exponent in one octet, or a zero and two octets; exponent; modulus. */
function readPublicKey(octets: Uint8Array): KeyObject | undefined {
  const reader = new ByteReader(octets);
  const length = reader.u8() || reader.u16();
  const e = base64url(reader.take(length));
  const n = base64url(reader.rest());
  if (reader.failed || e === '' || n === '') return undefined;
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    return isOfFitSize(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

function withExponent(exponent: Uint8Array, modulus: Uint8Array): Uint8Array {
  const { length } = exponent;
  const head = length < 256 ? [length] : [0, length >> 8, length & 0xff];
  return Uint8Array.from([...head, ...exponent, ...modulus]);
}

function isOfFitSize(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= FEWEST_BITS && bits <= MOST_BITS;
}

function base64url(octets: Uint8Array | undefined): string {
  return Buffer.from(octets ?? []).toString('base64url');
}
