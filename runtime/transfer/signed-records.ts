/**
 * All records of a zone that is signed here, for a transfer: its own, the whole chain of NSEC records whatever denies
 * clients a name, and a signature of each set (RFC 4035 §2). Signatures that are not there yet are made as they are taken.
 */
import { type ServedSigning, signedBy } from '../answer/zones/served-signing.ts';
import type { ServedZone } from '../answer/zones/served-zone.ts';
import { staticSets } from '../answer/zones/sets-ahead.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { withoutSoa } from './outgoing.ts';

/** What signs a zone of which a transfer can hold everything: no policy decides any of its names. */
export function signingOfAll({ attachment: { signing, policy } }: ServedZone): ServedSigning['made'] {
  return (policy?.hosts.length ?? 0) === 0 ? signedBy(signing)?.made : undefined;
}

/** The records without the SOA, but with its signatures. */
export function* signedRecords(
  zone: ServedZone,
  { signer, denial }: NonNullable<ServedSigning['made']>,
): Generator<ResourceRecord> {
  yield* withoutSoa(zone);
  for (const set of staticSets(zone)) yield* signaturesOf(set);
  for (const { owner, rdata, rdatas } of denial.records()) {
    // RFC 9077 §3.1.
    const ttl = zone.negativeTtl;
    yield { owner, type: RRTYPE.NSEC, ttl, rdata };
    yield* signaturesOf({ owner, type: RRTYPE.NSEC, ttl, rdatas });
  }

  function* signaturesOf({ owner, type, ttl, rdatas }: RRset): Generator<ResourceRecord> {
    const signatures = signer.signatures(owner, owner.length, type, ttl, rdatas, false) ?? [];
    // Others sign between two records.
    for (const rdata of signatures.map((signature) => signature.slice()))
      yield { owner, type: RRTYPE.RRSIG, ttl, rdata };
  }
}
