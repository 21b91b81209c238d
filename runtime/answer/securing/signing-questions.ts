/**
 * Questions for NSEC and RRSIG records, which no zone that is signed here holds as such: they are made. A name with
 * many sets has many signatures, of which those of one set are the answer, as to ANY (RFC 8482 §4.1).
 */
import { Proof } from '../../dnssec/denial/proof.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { RRset } from '../../wire/record.ts';
import type { Draft } from '../draft.ts';
import type { ServedSigning, SigningOutcome } from '../zones/served-signing.ts';

/** Whether a question is for what only signing makes. */
export function isAboutSigning(type: number): boolean {
  return type === RRTYPE.NSEC || type === RRTYPE.RRSIG;
}

/** Adds such records of the name that was found; false if there are none. A zone signed elsewhere holds them itself. */
export function answerAboutSigning(draft: Draft, signing: SigningOutcome | undefined): boolean {
  if (signing === undefined || signing === 'failed' || signing.made === undefined) return false;
  return draft.query.type === RRTYPE.NSEC
    ? addNsec(draft, signing, signing.made)
    : addSignatures(draft, signing.made);
}

/** An empty non-terminal owns none; what a wildcard stands in for has the wildcard's (RFC 4592 §4.7). */
function addNsec(draft: Draft, { isCompact, typesAt }: ServedSigning, { denial }: Made): boolean {
  const { zone, found, sections, owner, name, nameLength } = draft;
  if (zone === undefined || found.wildcard) return false;
  proof.begin();
  if (isCompact)
    denial.compactNoData(name, nameLength, typesAt(zone.index, found.node), zone.negativeTtl, proof);
  else if (!denial.nsecAt(name, nameLength, proof)) return false;
  const { ttl, rdatas } = proof.at(0);
  sections.answer.add(owner, RRTYPE.NSEC, ttl, rdatas, 'zone');
  return true;
}

function addSignatures(draft: Draft, { signer }: Made): boolean {
  const { zone, found, sections, owner, name, nameLength } = draft;
  const set = zone?.index.rrset(found.node, RRTYPE.ANY);
  if (set === undefined || found.wildcard) return false;
  const { type, ttl, rdatas }: RRset = set;
  const signatures = signer.signatures(name, nameLength, type, ttl, rdatas, false);
  if (signatures !== undefined) sections.answer.add(owner, RRTYPE.RRSIG, ttl, signatures, 'zone');
  return signatures !== undefined;
}

type Made = NonNullable<ServedSigning['made']>;

/** Written over for each reply. */
const proof = new Proof();
