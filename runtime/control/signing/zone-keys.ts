/** A set of keys as the zone has it: its records, and the roles of those that sign. */
import { toBase64 } from '../../base/octets-text.ts';
import { CDNSKEY_DELETE, CDS_DELETE, dsOf } from '../../dnssec/keys/ds.ts';
import type { KeySet, PublishedKey } from '../../dnssec/keys/key-set.ts';
import type { ZoneKeys } from '../../registry/signed-zones.ts';
import type { WireName } from '../../wire/name.ts';

/** `since`: when the keys last changed, in seconds since 1970. */
export function zoneKeysOf(
  origin: WireName,
  set: KeySet,
  { since, ttl }: Pick<ZoneKeys, 'since' | 'ttl'>,
): ZoneKeys {
  const dnskeys = set.dnskeys.toSorted((a, b) => Buffer.compare(a.dnskey, b.dnskey));
  const forParent = publishedForParent(origin, { ...set, dnskeys });
  return {
    keys: [...dnskeys, ...set.unpublished]
      .filter(({ signsKeys, signsZone }) => signsKeys || signsZone)
      .map(roleOf),
    dnskeys: dnskeys.map(({ dnskey }) => toBase64(dnskey)),
    cds: forParent.map(([cds]) => toBase64(cds)),
    cdnskeys: forParent.map(([, cdnskey]) => toBase64(cdnskey)),
    ...(ttl !== undefined && { ttl }),
    since,
  };
}

/** CDS and CDNSKEY say the same, as parents look at either (RFC 7344 §4, RFC 8078 §4). */
function publishedForParent(origin: WireName, { cds, dnskeys }: KeySet): [Uint8Array, Uint8Array][] {
  if (cds === 'none') return [];
  if (cds === 'delete') return [[CDS_DELETE, CDNSKEY_DELETE]];
  return dnskeys.filter(({ tag }) => cds.includes(tag)).map(({ dnskey }) => [dsOf(origin, dnskey), dnskey]);
}

function roleOf({ tag, dnskey, signsKeys, signsZone }: PublishedKey): ZoneKeys['keys'][number] {
  return { tag, algorithm: dnskey[3] ?? 0, dnskey: toBase64(dnskey), signsKeys, signsZone };
}
