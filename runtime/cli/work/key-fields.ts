/** What forms of registrars ask of a key, field by field, and the records that hold the fields. */
import { toBase64 } from '../../base/octets-text.ts';
import { algorithmToText } from '../../dnssec/keys/algorithms.ts';
import { type DsDigest, dsOf } from '../../dnssec/keys/ds.ts';
import type { FolderKey } from '../../dnssec/keys/kept-key.ts';
import { type KeyPhase, keyPhase } from '../../dnssec/keys/key-times.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

export interface KeyFields {
  readonly keyTag: number;
  readonly algorithm: number;
  /** The name of the IANA. */
  readonly algorithmName: string;
  readonly digestType: DsDigest;
  /** In hex, upper case. */
  readonly digest: string;
  readonly flags: number;
  readonly protocol: number;
  /** In base64. */
  readonly publicKey: string;
  /** Records in presentation form. */
  readonly ds: string;
  readonly dnskey: string;
  /** What the zone itself publishes for its parent: SHA-256 always. */
  readonly cds: string;
  readonly cdnskey: string;
}

/** The fields, with a DS of the digest that is wanted. */
export function keyFields({ owner, key }: FolderKey, digestType: DsDigest): KeyFields {
  const { tag, algorithm, flags, dnskey } = key;
  const ds = dsOf(owner, dnskey, digestType);
  const record = (type: number, rdata: Uint8Array): string =>
    `${nameToText(owner)} IN ${typeToText(type)} ${rdataToText(type, rdata)}`;
  return {
    keyTag: tag,
    algorithm,
    algorithmName: /\((.*)\)/.exec(algorithmToText(algorithm))?.[1] ?? '',
    digestType,
    digest: Buffer.from(ds.subarray(DS_HEAD)).toString('hex').toUpperCase(),
    flags,
    protocol: dnskey[2] ?? 0,
    publicKey: toBase64(dnskey.subarray(DNSKEY_HEAD)),
    ds: record(RRTYPE.DS, ds),
    dnskey: record(RRTYPE.DNSKEY, dnskey),
    cds: record(RRTYPE.CDS, dsOf(owner, dnskey)),
    cdnskey: record(RRTYPE.CDNSKEY, dnskey),
  };
}

/** Whether a DS of a key is of use at the parent at a time: it signs keys, or is about to, and no end is asked for. */
export function isForParent({ isKsk, times }: FolderKey, now: number): boolean {
  const { syncDelete } = times;
  return isKsk && USED.has(keyPhase(times, now)) && (syncDelete === undefined || syncDelete > now);
}

const USED: ReadonlySet<KeyPhase> = new Set(['published', 'active']);
/** Octets before the digest (RFC 4034 §5.1), and before the key (§2.1). */
const DS_HEAD = 4;
const DNSKEY_HEAD = 4;
