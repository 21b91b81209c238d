/**
 * Questions for NSEC and RRSIG records, which no zone that is signed here holds as such: they are made. A name with
 * many sets has many signatures, of which those of one set are the answer, as to ANY (RFC 8482 §4.1).
 */
import { Proof } from '../../dnssec/denial/proof.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { MAX_NAME_LENGTH, type WireName } from '../../wire/name.ts';
import type { RRset } from '../../wire/record.ts';
import type { Draft } from '../draft.ts';
import { type ServedSigning, type SigningOutcome, signedBy, standsAlone } from '../zones/served-signing.ts';

/** Whether a question is for what only signing makes. */
export function isAboutSigning(type: number): boolean {
  return type === RRTYPE.NSEC || type === RRTYPE.RRSIG;
}

/** Adds such records of the name that was found; false if there are none. A zone signed elsewhere holds them itself. */
export function answerAboutSigning(draft: Draft, outcome: SigningOutcome | undefined): boolean {
  const signing = signedBy(outcome);
  if (signing?.made === undefined) return false;
  return draft.query.type === RRTYPE.NSEC
    ? addNsec(draft, signing, signing.made)
    : addSignatures(draft, signing.made);
}

/**
 * An empty non-terminal owns none. What a wildcard stands in for has the wildcard's (RFC 4592 §4.7), or one of its own
 * where it answers as if it existed.
 */
function addNsec(draft: Draft, signing: ServedSigning, { denial }: Made): boolean {
  const { zone, found, sections, owner, name, nameLength } = draft;
  if (zone === undefined) return false;
  const { index } = zone;
  proof.begin();
  let wildcard: WireName | undefined;
  if (signing.isCompact || (found.wildcard && standsAlone(signing, index.host(found.node))))
    denial.compactNoData(name, nameLength, signing.typesAt(index, found.node), zone.negativeTtl, proof);
  else if (found.wildcard) {
    wildcard = room.slice(0, index.writeName(found.node, room));
    if (!denial.nsecAt(wildcard, wildcard.length, proof)) return false;
  } else if (!denial.nsecAt(name, nameLength, proof)) return false;
  const { ttl, rdatas } = proof.at(0);
  sections.answer.add(owner, RRTYPE.NSEC, ttl, rdatas, 'zone', wildcard);
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
const room = new Uint8Array(MAX_NAME_LENGTH);
