/** Keys that this server shares with other servers, and the MACs made with them (RFC 8945 §5.2, §6). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { assert } from '../base/assert.ts';
import type { TsigAlgorithm } from '../wire/iana/tsig.ts';
import { canonicalName, nameFromText, namesEqual, type WireName } from '../wire/name.ts';

export interface TsigKey {
  /** The name as the operator writes it: in lower case, without the final dot. */
  readonly id: string;
  /** The name in wire form, in lower case. */
  readonly name: WireName;
  readonly algorithm: TsigAlgorithm;
  /** The name of the algorithm in wire form. */
  readonly algorithmName: WireName;
  readonly secret: Uint8Array;
}

/** All keys of a server, by id. */
export type Keyring = ReadonlyMap<string, TsigKey>;

/** Kinds of MAC lengths (RFC 8945 §5.2.2.1). The RFC allows `short`; this server does not. */
export type MacLength = 'full' | 'short' | 'malformed';

/** A key in the settings; its secret is in base64. */
export interface KeySetting {
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: string;
}

/** Makes keys from settings, which config/ has validated. */
export function keyringOf(keys: readonly KeySetting[]): Keyring {
  return new Map(
    keys.map(({ name, algorithm, secret }) => [
      name,
      {
        id: name,
        name: wireName(name),
        algorithm,
        algorithmName: wireName(algorithm),
        secret: Buffer.from(secret, 'base64'),
      },
    ]),
  );
}

/** The key of that name and algorithm; the same name with another algorithm is another key. */
export function findKey(keys: Keyring, name: WireName, algorithm: WireName): TsigKey | undefined {
  for (const key of keys.values()) {
    if (namesEqual(key.name, name)) return namesEqual(key.algorithmName, algorithm) ? key : undefined;
  }
  return undefined;
}

/** The MAC over all parts in turn. */
export function macOf(key: TsigKey, parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac(HASHES[key.algorithm], key.secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Judges a MAC by its length alone. */
export function macLength(key: TsigKey, mac: Uint8Array): MacLength {
  const full = OCTETS[key.algorithm];
  if (mac.length === full) return 'full';
  return mac.length > full || mac.length < Math.max(10, full / 2) ? 'malformed' : 'short';
}

/** Whether a MAC equals, or begins, the MAC over all parts; the comparison takes constant time. */
export function isMacOf(key: TsigKey, parts: readonly Uint8Array[], mac: Uint8Array): boolean {
  return timingSafeEqual(macOf(key, parts).subarray(0, mac.length), mac);
}

const HASHES = { 'hmac-sha256': 'sha256', 'hmac-sha384': 'sha384', 'hmac-sha512': 'sha512' } as const;
const OCTETS = { 'hmac-sha256': 32, 'hmac-sha384': 48, 'hmac-sha512': 64 } as const;

function wireName(text: string): WireName {
  const name = nameFromText(text);
  assert(name.ok, `"${text}" is a domain name`);
  return canonicalName(name.value);
}
