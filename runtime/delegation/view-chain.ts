/** Asks one name server for its keys and signatures, and sees whether these hold. */

import type { Inquiry } from '../client/inquiry.ts';
import type { DnsReply } from '../client/reply.ts';
import { isSignatureOf, signingAlgorithm } from '../dnssec/keys/algorithms.ts';
import { keyTag } from '../dnssec/keys/dnskey.ts';
import { CanonicalSet } from '../dnssec/signing/canonical-set.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { canonicalName, nameLengthAt, type WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import type { ChainView, SignatureView } from './chain-views.ts';
import { ownedRecords } from './records.ts';

/** `undefined`: the server does not answer for its keys. */
export async function viewChain(
  zone: WireName,
  put: (inquiry: Inquiry) => Promise<DnsReply>,
): Promise<ChainView | undefined> {
  const types: readonly number[] = [RRTYPE.DNSKEY, RRTYPE.SOA, RRTYPE.CDS, RRTYPE.CDNSKEY];
  const replies = await Promise.all(
    types.map((type) => put({ name: zone, type, dnssecOk: true, checkingDisabled: true })),
  );
  const answers = replies.map((reply) =>
    reply.kind === 'reply' && reply.message.rcode === RCODE.NOERROR ? reply.message.answers : undefined,
  );
  const [ofKeys, ofSoa] = answers;
  if (ofKeys === undefined || ofSoa === undefined) return undefined;
  const rdatasOf = (type: number): Uint8Array[] =>
    ownedRecords(answers[types.indexOf(type)] ?? [], zone, type).map(({ rdata }) => rdata);
  const keys = rdatasOf(RRTYPE.DNSKEY);
  const signatures = types.flatMap((type, index) => signaturesOf(answers[index] ?? [], zone, type, keys));
  return {
    keys,
    signatures,
    hasSoaSignature: signatures.some(({ covers }) => covers === 'SOA'),
    cds: rdatasOf(RRTYPE.CDS),
    cdnskeys: rdatasOf(RRTYPE.CDNSKEY),
  };
}

/** The signatures of one set among the records of a reply. */
export function signaturesOf(
  records: readonly ResourceRecord[],
  owner: WireName,
  type: number,
  keys: readonly Uint8Array[],
): SignatureView[] {
  const rdatas = ownedRecords(records, owner, type).map(({ rdata }) => rdata);
  return ownedRecords(records, owner, RRTYPE.RRSIG).flatMap(({ rdata }): SignatureView[] => {
    const signerEnd = nameLengthAt(rdata, FIXED);
    if (signerEnd === undefined || rdatas.length === 0) return [];
    const octets = Buffer.from(rdata);
    if (octets.readUInt16BE(0) !== type) return [];
    const head = octets.subarray(0, FIXED + signerEnd);
    const tag = octets.readUInt16BE(16);
    const fitting = keys.filter((key) => keyTag(key) === tag && key[3] === octets[2]);
    const name = canonicalName(owner);
    set.write(name, name.length, type, octets.readUInt32BE(4), rdatas);
    const signed = set.signedOctets(head);
    const isMade = fitting.some((key) => isSignatureOf(key, signed, octets.subarray(head.length)));
    return [
      {
        covers: typeToText(type),
        algorithm: octets[2] ?? 0,
        tag,
        from: octets.readUInt32BE(12),
        until: octets.readUInt32BE(8),
        holds: isMade ? 'yes' : fitting.some(isCheckable) ? 'no' : 'unknown',
      },
    ];
  });
}

/** Whether signatures of its algorithm can be checked here. */
function isCheckable(key: Uint8Array): boolean {
  return signingAlgorithm(key[3] ?? 0).ok;
}

/** Octets of an RRSIG before the name of its signer (RFC 4034 §3.1). */
const FIXED = 18;
/** Scratch memory: no call leaves anything in it for another. */
const set = new CanonicalSet();
