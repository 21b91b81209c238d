/**
 * Keys on elliptic curves in DER. All but the last octets are the same for every key of a curve, so that a
 * key is read and written by its end.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** Makes a private key from PKCS #8; `undefined` if the octets are none. */
export function privateKeyFromDer(prefix: Uint8Array, secret: Uint8Array): KeyObject | undefined {
  const key = Buffer.concat([prefix, secret]);
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  } finally {
    key.fill(0);
  }
}

/** Makes a public key from SPKI; `undefined` if the octets are none, such as a point beside the curve. */
export function publicKeyFromDer(prefix: Uint8Array, point: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([prefix, point]), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** The public half of a key, behind `prefix` in SPKI; `undefined` if the key does not begin like that. */
export function publicPartOf(key: KeyObject, prefix: Uint8Array): Uint8Array | undefined {
  try {
    const half = key.type === 'private' ? createPublicKey(key) : key;
    const spki = half.export({ format: 'der', type: 'spki' });
    const isAlike = Buffer.compare(spki.subarray(0, prefix.length), prefix) === 0;
    return isAlike ? Uint8Array.from(spki.subarray(prefix.length)) : undefined;
  } catch {
    return undefined;
  }
}
