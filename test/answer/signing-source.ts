/** How a zone of a test is signed, as control would say it: one key of two, made once, and types of hosts as the test has them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { keyTag } from '../../runtime/dnssec/keys/dnskey.ts';
import type { FailedSigning, SigningKeys, ZoneSigning } from '../../runtime/rpc/zone-signing.ts';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';

export interface SigningSource {
  /** Control has no key for it. */
  readonly isFailed?: boolean;
  /** Which of the two keys; the first by default. */
  readonly key?: 0 | 1;
  readonly denial?: ZoneSigning['denial'];
  /** By host: `A AAAA CNAME`. Others could answer A, AAAA and TXT. */
  readonly types?: Readonly<Record<string, string>>;
  /** Wildcard hosts that decide by the name asked. */
  readonly byName?: readonly string[];
}

const DAY = 86_400;

interface TestKey {
  readonly dnskey: Buffer;
  readonly publicKey: KeyObject;
  readonly pkcs8: string;
}

function newKey(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return {
    dnskey: Buffer.concat([Buffer.from([1, 1, 3, 13]), ...point]),
    publicKey,
    pkcs8: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}

export const KEYS: readonly [TestKey, TestKey] = [newKey(), newKey()];
/** The key with which zones of a test are signed unless they say so: RDATA, and its public part. */
export const { dnskey: DNSKEY, publicKey: PUBLIC_KEY } = KEYS[0];

export function dnskeyLine({ key = 0 }: SigningSource): string {
  return `@ 3600 DNSKEY 257 3 13 ${KEYS[key].dnskey.toString('base64', 4)}\n`;
}

export function heldKey({ key = 0 }: SigningSource): SigningKeys['keys'][number] {
  const { dnskey, pkcs8 } = KEYS[key];
  return { tag: keyTag(dnskey), dnskey: dnskey.toString('base64'), pkcs8 };
}

export function zoneSigning(
  { isFailed = false, key = 0, denial = 'chain', types = {}, byName = [] }: SigningSource,
  hosts: readonly string[],
): ZoneSigning | FailedSigning {
  if (isFailed) return { failed: 'There is no key' };
  const { dnskey } = KEYS[key];
  const role = { algorithm: 13, signsKeys: true, signsZone: true };
  return {
    keys: [{ tag: keyTag(dnskey), dnskey: dnskey.toString('base64'), ...role }],
    denial,
    rules: { validity: 14 * DAY, refresh: 5 * DAY, since: 0 },
    hostTypes: hosts.map((host) =>
      (types[host] ?? 'A AAAA TXT').split(' ').map((type) => typeFromText(type) ?? 0),
    ),
    byName: hosts.map((host) => byName.includes(host)),
  };
}
