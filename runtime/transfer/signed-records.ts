/**
 * All records of a zone that is signed here, for a transfer: its own, the whole chain of NSEC records whatever denies
 * clients a name, and a signature of each set (RFC 4035 §2). Signatures that are not there yet are made as they are taken.
 * Where changes of the zone are kept, control has signed it instead, and none of this is asked for.
 */
import { type ServedSigning, signedBy } from '../answer/zones/served-signing.ts';
import type { ServedZone } from '../answer/zones/served-zone.ts';
import { staticSets } from '../dnssec/signing/static-sets.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { ExtendedError } from '../wire/opt.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { withoutSoa } from './outgoing.ts';

/** What signs a zone here of which a transfer can hold everything: no policy decides any of its names, and control signs none. */
export function signingOfAll({ attachment: { signing, policy } }: ServedZone): ServedSigning['made'] {
  const made = (policy?.hosts.length ?? 0) === 0 ? signedBy(signing)?.made : undefined;
  return made?.ofControl === undefined ? made : undefined;
}

/** Why a zone that control signs cannot be transferred at `now`, in seconds since 1970. */
export function problemOfSignatures(
  { attachment: { signing, signed } }: ServedZone,
  now: number,
): ExtendedError | undefined {
  if (signedBy(signing)?.made?.ofControl === undefined) return undefined;
  // Secondaries are told once the signatures are there.
  if (signed === undefined) return { code: EXTENDED_ERROR.NOT_READY, text: 'The zone is being signed' };
  return signed.expiration > now ? undefined : { code: EXTENDED_ERROR.SIGNATURE_EXPIRED };
}

/** The records without the SOA, but with its signatures. */
export function* signedRecords(
  zone: ServedZone,
  { signer, denial }: NonNullable<ServedSigning['made']>,
): Generator<ResourceRecord> {
  yield* withoutSoa(zone);
  for (const set of staticSets(zone.index)) yield* signaturesOf(set);
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
