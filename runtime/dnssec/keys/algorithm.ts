/** What an algorithm of DNSSEC needs to know of its keys; each algorithm is one row in a file of its own. */
import type { KeyObject } from 'node:crypto';
import type { Result } from '../../base/result.ts';

/** The fields of a private key as BIND's files name them, in the order in which BIND writes them. */
export type PrivateFields = ReadonlyMap<string, Uint8Array>;

export interface KeyAlgorithm {
  /** The number of the IANA. */
  readonly number: number;
  /** The name of the IANA, which BIND's files use as well. */
  readonly name: string;
  /** The hash that is signed; `null` where the algorithm hashes by itself. */
  readonly digest: 'sha256' | null;
  /** The names of the fields that a private key must have in BIND's files. */
  readonly privateFields: readonly string[];
  /** Reads the public key of a DNSKEY; `undefined` if the octets are no such key. */
  publicKey(octets: Uint8Array): KeyObject | undefined;
  /** The public key as a DNSKEY has it, of either half; `undefined` if the key is of another kind. */
  publicOctets(key: KeyObject): Uint8Array | undefined;
  /** Makes a private key from its fields, which are all there. */
  privateKey(fields: PrivateFields): Result<KeyObject>;
  privateFieldsOf(key: KeyObject): PrivateFields;
  /** The size of the key as BIND counts it. */
  bits(key: KeyObject): number;
  /** Makes a key; absent where dnsteer makes none, and only uses those of others. */
  readonly generate?: () => KeyObject;
}
