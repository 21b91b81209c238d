/** Keys, and signatures checked by code of its own: what is tested never checks itself. */
import assert from 'node:assert/strict';
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { generateKey } from '../../../runtime/dnssec/keys/generate.ts';
import { SignatureMemory } from '../../../runtime/dnssec/signing/signature-memory.ts';
import type { SignatureRules } from '../../../runtime/dnssec/signing/signature-times.ts';
import { SigningBudget } from '../../../runtime/dnssec/signing/signing-budget.ts';
import { type ZoneKey, ZoneSigner } from '../../../runtime/dnssec/signing/zone-signer.ts';
import type { WireName } from '../../../runtime/wire/name.ts';
import { name } from '../../support/wire.ts';

export const DAY = 86_400;
export const RULES: SignatureRules = { validity: 14 * DAY, refresh: 5 * DAY, since: 0 };
export const NOW = 1_790_000_000;

export interface TestKey extends ZoneKey {
  readonly publicKey: KeyObject;
}

/** A new key of algorithm 13 or 15. */
export function newKey(algorithm = 13, flags = 257, roles?: Partial<ZoneKey>): TestKey {
  const key = generateKey({ algorithm, isEntry: flags === 257, beside: [] });
  return { key, signsKeys: true, signsZone: true, ...roles, publicKey: publicKeyOf(key.dnskey) };
}

function publicKeyOf(dnskey: Uint8Array): KeyObject {
  const point = Buffer.from(dnskey.subarray(4));
  const x = point.toString('base64url', 0, 32);
  const y = point.toString('base64url', 32);
  const jwk = dnskey[3] === 13 ? { kty: 'EC', crv: 'P-256', x, y } : { kty: 'OKP', crv: 'Ed25519', x };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

export interface SignedSet {
  readonly owner: WireName;
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
}

/** Fails unless the signature is that of the set in canonical form, which is given. */
export function assertSigned(set: SignedSet, rrsig: Uint8Array, publicKey: KeyObject): void {
  const { head, signature } = splitRrsig(rrsig);
  const records = [...new Set(set.rdatas.map((rdata) => Buffer.from(rdata).toString('hex')))]
    .sort((a, b) => Buffer.compare(Buffer.from(a, 'hex'), Buffer.from(b, 'hex')))
    .map((hex) => Buffer.from(hex, 'hex'));
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(set.type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(set.ttl, 4);
  const parts: Uint8Array[] = [head];
  for (const record of records) {
    fixed.writeUInt16BE(record.length, 8);
    parts.push(set.owner, Buffer.from(fixed), record);
  }
  assert.ok(isVerified(publicKey, head[2], Buffer.concat(parts), signature), 'the signature is of this set');
}

/** By key, what it was found to have signed: most answers show sets that others have shown. */
const verified = new WeakMap<KeyObject, Set<string>>();

function isVerified(
  publicKey: KeyObject,
  algorithm: number | undefined,
  octets: Buffer,
  signature: Uint8Array,
): boolean {
  const known = verified.get(publicKey) ?? new Set();
  verified.set(publicKey, known);
  const seen = Buffer.concat([signature, octets]).toString('latin1');
  if (known.has(seen)) return true;
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
  const isGood = verify(algorithm === 15 ? null : 'sha256', octets, key, signature);
  if (isGood) known.add(seen);
  return isGood;
}

export interface RrsigFields {
  readonly type: number;
  readonly algorithm: number;
  readonly labels: number;
  readonly ttl: number;
  readonly expiration: number;
  readonly inception: number;
  readonly tag: number;
  readonly signer: string;
}

export function splitRrsig(rrsig: Uint8Array): { head: Buffer; signature: Buffer; fields: RrsigFields } {
  const octets = Buffer.from(rrsig);
  let end = 18;
  while (octets[end] !== 0) end += 1 + octets.readUInt8(end);
  const fields = {
    type: octets.readUInt16BE(0),
    algorithm: octets.readUInt8(2),
    labels: octets.readUInt8(3),
    ttl: octets.readUInt32BE(4),
    expiration: octets.readUInt32BE(8),
    inception: octets.readUInt32BE(12),
    tag: octets.readUInt16BE(16),
    signer: octets.toString('latin1', 18, end + 1),
  };
  return { head: octets.subarray(0, end + 1), signature: octets.subarray(end + 1), fields };
}

/** A process that signs, with a clock turned by hand. */
export class SigningWorld {
  now = NOW;
  ms = 0;
  readonly memory: SignatureMemory;
  readonly budget: SigningBudget;

  constructor({ octets = 1 << 20, share = 0.25 } = {}) {
    this.memory = new SignatureMemory(octets);
    this.budget = new SigningBudget(share, () => this.ms);
  }

  signer(keys: readonly ZoneKey[], origin = 'example.', rules: SignatureRules = RULES): ZoneSigner {
    const { memory, budget } = this;
    return new ZoneSigner({ origin: name(origin), keys, rules, memory, budget, now: () => this.now });
  }

  /** Spends all that is saved, and as much again. */
  exhaust(): void {
    const work = (octets: Uint8Array) => {
      this.ms += 200;
      return octets;
    };
    this.budget.sign(work, new Uint8Array(0));
  }
}

export function signaturesOf(
  signer: ZoneSigner,
  { owner, type, ttl, rdatas }: SignedSet,
  mayPutOff = false,
): readonly Uint8Array[] | undefined {
  return signer.signatures(owner, owner.length, type, ttl, rdatas, mayPutOff);
}
