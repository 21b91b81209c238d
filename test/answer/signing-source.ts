/** How a zone of a test is signed, as control would say it: one key, made once, and types of hosts as the test has them. */
import { generateKeyPairSync } from 'node:crypto';
import { keyTag } from '../../runtime/dnssec/keys/dnskey.ts';
import type { FailedSigning, SigningKeys, ZoneSigning } from '../../runtime/rpc/zone-signing.ts';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';

export interface SigningSource {
  /** Control has no key for it. */
  readonly isFailed?: boolean;
  readonly denial?: ZoneSigning['denial'];
  /** By host: `A AAAA CNAME`. Others could answer A, AAAA and TXT. */
  readonly types?: Readonly<Record<string, string>>;
  /** Wildcard hosts that decide by the name asked. */
  readonly byName?: readonly string[];
}

const DAY = 86_400;
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
const point = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);

/** RDATA of the DNSKEY with which all zones of a test are signed, and its public key. */
export const DNSKEY = Buffer.concat([Buffer.from([1, 1, 3, 13]), point]);
export const PUBLIC_KEY = pair.publicKey;

export function dnskeyLine(): string {
  return `@ 3600 DNSKEY 257 3 13 ${point.toString('base64')}\n`;
}

export function heldKey(): SigningKeys['keys'][number] {
  const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  return { tag: keyTag(DNSKEY), dnskey: DNSKEY.toString('base64'), pkcs8 };
}

export function zoneSigning(
  { isFailed = false, denial = 'chain', types = {}, byName = [] }: SigningSource,
  hosts: readonly string[],
): ZoneSigning | FailedSigning {
  if (isFailed) return { failed: 'There is no key' };
  const role = { algorithm: 13, signsKeys: true, signsZone: true };
  return {
    keys: [{ tag: keyTag(DNSKEY), dnskey: DNSKEY.toString('base64'), ...role }],
    denial,
    rules: { validity: 14 * DAY, refresh: 5 * DAY, since: 0 },
    hostTypes: hosts.map((host) =>
      (types[host] ?? 'A AAAA TXT').split(' ').map((type) => typeFromText(type) ?? 0),
    ),
    byName: hosts.map((host) => byName.includes(host)),
  };
}
