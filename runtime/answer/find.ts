/**
 * From the question to the zone that has the answer, and to what that zone's records say.
 *
 * RFC 1034 §4.3.2, RFC 6672 (DNAME), RFC 8482 (ANY). What is found is either the answer, or a host of the policy, for
 * the next step to decide.
 */
import { unreachable } from '../base/assert.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { concatName, isAtOrBelow, namesEqual, ROOT, type WireName } from '../wire/name.ts';
import type { ExtendedError } from '../wire/opt.ts';
import type { RRset } from '../wire/record.ts';
import { lookup } from '../zone/lookup.ts';
import type { Denied, Draft } from './draft.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';
import { answerAboutSigning, isAboutSigning } from './securing/signing-questions.ts';
import { standIn } from './zones/served-signing.ts';
import type { Served, ServedZone } from './zones/served-zone.ts';

/** CNAMEs followed for one query. More are no loop, but no zone needs them; the client goes on itself. */
const MAX_FOLLOWED = 8;

const NOT_OURS = { code: EXTENDED_ERROR.NOT_AUTHORITATIVE };
const NO_POLICY = notReady('The policy of this zone has not loaded yet');
const NOT_LOADED = notReady('The zone has not loaded yet');

/** RFC 8914 §4.25 names the case. */
const WITHHELD = {
  expired: { code: EXTENDED_ERROR.INVALID_DATA, text: 'The copy of the zone has expired' },
  'never-transferred': notReady('The zone has not been transferred yet'),
  'unsound-records': notReady('The records of this zone are not sound'),
  'no-records': notReady('No records of this zone have loaded yet'),
  unloaded: notReady('The zone has not been loaded yet'),
} as const;

/** RFC 8482 §4.2: the answer to ANY where there is no RRset at hand: a HINFO that says so. */
const HINFO_RDATA = Uint8Array.from(Buffer.from('\x07RFC8482\x00', 'latin1'));
const HINFO_TTL = 3600;

/** The zone the name is in. */
export function findZone(draft: Draft, parts: Pick<Parts, 'zones'>): NextStep {
  const { query } = draft;
  // A query that waited for a decision ends with the version it began with.
  draft.zone ??= zoneOf(query.name, query.nameLength, query.type, parts);
  if (draft.zone !== undefined) {
    draft.row = draft.zone.attachment.counters.row;
    return 'next';
  }
  draft.conclude(RCODE.REFUSED, NOT_OURS);
  return 'finish';
}

/** What the zone's records say of the name. */
export function findAnswer(draft: Draft, { zones }: Pick<Parts, 'zones'>): NextStep {
  const { zone, found, name, nameLength, query, followed } = draft;
  if (zone === undefined) return 'finish';
  // A CNAME may have led into a zone of ours below this one, for which this one cannot speak.
  if (followed.length > 0 && zones.find(name, nameLength)?.origin.length !== zone.origin.length)
    return 'finish';
  lookup(zone, name, nameLength, query.type, found);
  if (found.wildcard) draft.isFromWildcard = true;
  draft.isAuthoritative = true;
  const { withheld } = zone.attachment;
  if (withheld !== undefined && found.outcome !== 'policy') return withhold(draft, zone.attachment, withheld);
  switch (found.outcome) {
    case 'answer':
      return found.rrset === undefined ? 'finish' : answerWith(draft, found.rrset);
    case 'cname':
      // RFC 4034 §3, §4: these may stand beside an alias.
      if (isAboutSigning(query.type) && answerAboutSigning(draft, zone.attachment.signing)) return 'finish';
      return found.rrset === undefined ? 'finish' : answerWithCname(draft, found.rrset);
    case 'dname':
      return found.rrset === undefined ? 'finish' : redirect(draft, found.rrset, found.prefixLength);
    case 'delegation':
      return found.cut === undefined ? 'finish' : refer(draft, found.cut);
    case 'nodata':
    case 'nxdomain':
      if (isAboutSigning(query.type) && answerAboutSigning(draft, zone.attachment.signing)) return 'finish';
      return zone.attachment.broken === undefined
        ? deny(draft, found.outcome === 'nodata' ? 'type' : 'name', zone.negativeTtl)
        : breakOff(draft, zone.attachment.lacksPolicy ? NO_POLICY : NOT_LOADED);
    case 'policy':
      if (query.type === RRTYPE.ANY) return answerAny(draft);
      return isAboutSigning(query.type) && answerAboutSigning(draft, zone.attachment.signing)
        ? 'finish'
        : 'next';
    default:
      return unreachable(found.outcome);
  }
}

/** Goes on at a CNAME's target, where that is in the zone and has not been met before (RFC 1034 §4.3.2 step 3a). */
export function followCname(draft: Draft, target: WireName): NextStep {
  const { zone, query, followed } = draft;
  if (zone === undefined || followed.length === MAX_FOLLOWED) return 'finish';
  // RFC 1034 §3.6.2, RFC 8482 §4.1: a query for CNAME, or for ANY, is answered by the CNAME itself.
  if (query.type === RRTYPE.CNAME || query.type === RRTYPE.ANY) return 'finish';
  if (!isAtOrBelow(target, zone.origin)) return 'finish';
  const isLoop =
    namesEqual(target, query.name.subarray(0, query.nameLength)) ||
    followed.some((name) => namesEqual(name, target));
  if (isLoop || !draft.answerFits()) return 'finish';
  draft.follow(target);
  return 'again';
}

/** Says that there is no such name, or no such records, with the SOA that tells how long (RFC 2308 §2, §3). */
export function deny(draft: Draft, denial: Denied, negativeTtl: number): NextStep {
  const { zone, sections } = draft;
  draft.conclude(denial === 'name' || denial === 'policy-name' ? RCODE.NXDOMAIN : RCODE.NOERROR);
  draft.denial = denial;
  if (zone !== undefined)
    sections.authority.add(zone.origin, RRTYPE.SOA, negativeTtl, zone.soa.rdatas, 'zone');
  return 'finish';
}

/** RFC 4035 §3.1.4.1: the DS of a zone is in its parent, where we serve that as well. */
function zoneOf(
  name: WireName,
  nameLength: number,
  type: number,
  { zones }: Pick<Parts, 'zones'>,
): ServedZone | undefined {
  const above = type === RRTYPE.DS ? zones.findAbove(name, nameLength) : undefined;
  return above ?? zones.find(name, nameLength);
}

function answerWith(draft: Draft, { owner, type, ttl, rdatas, encoded }: RRset): NextStep {
  // Asked for DNAME, the names it led through may end at one of the DNAMEs that led there: it is in the answer by then.
  if (type === RRTYPE.DNAME && draft.redirections.some((known) => namesEqual(known, owner))) return 'finish';
  const set = draft.sections.answer.add(draft.owner, type, ttl, rdatas, 'zone', wildcardOf(draft, owner));
  set.encoded = encoded;
  return 'finish';
}

function answerWithCname(draft: Draft, { owner, type, ttl, rdatas }: RRset): NextStep {
  draft.sections.answer.add(draft.owner, type, ttl, rdatas, 'zone', wildcardOf(draft, owner));
  const target = rdatas[0];
  return target === undefined ? 'finish' : followCname(draft, target);
}

function wildcardOf({ found, zone }: Draft, owner: WireName): WireName | undefined {
  return found.wildcard ? standIn(zone?.attachment.signing, found.hostIndex, owner) : undefined;
}

/**
 * RFC 6672 §3.1: the DNAME, and a CNAME with its TTL for those who know of no DNAME. The labels it leaves keep
 * the case they were asked in.
 */
function redirect(draft: Draft, dname: RRset, prefixLength: number): NextStep {
  const { redirections, sections } = draft;
  const { owner, type, ttl, rdatas } = dname;
  if (!redirections.some((known) => namesEqual(known, owner))) {
    redirections.push(owner);
    sections.answer.add(owner, type, ttl, rdatas, 'zone');
  }
  const asked = draft.owner ?? draft.spelling();
  // One octet more, as of a name that ends there.
  const target = concatName(asked.subarray(0, prefixLength + 1), rdatas[0] ?? ROOT);
  if (target === undefined) {
    // RFC 6672 §2.2: the new name is too long.
    draft.conclude(RCODE.YXDOMAIN);
    return 'finish';
  }
  sections.answer.addOne(draft.owner, RRTYPE.CNAME, ttl, target, 'dname');
  return followCname(draft, target);
}

/** RFC 1034 §4.3.2 step 3b: not ours to vouch for; but a CNAME that led here is (RFC 1035 §4.1.1). */
function refer(draft: Draft, cut: RRset): NextStep {
  const { owner, type, ttl, rdatas } = cut;
  draft.refer(cut);
  draft.isAuthoritative = draft.followed.length > 0;
  draft.sections.authority.add(owner, type, ttl, rdatas, 'cut');
  return 'finish';
}

/** What a policy would say to ANY is not worth asking. */
function answerAny({ sections, owner }: Draft): NextStep {
  sections.answer.addOne(owner, RRTYPE.HINFO, HINFO_TTL, HINFO_RDATA, 'policy');
  return 'finish';
}

/**
 * Static records of a secondary are not served once they are too old (RFC 1034 §4.3.5), or before there
 * are any. What a policy has answered by then, a CNAME to here, stands.
 */
function withhold(draft: Draft, { lacksPolicy }: Served, withheld: keyof typeof WITHHELD): NextStep {
  if (draft.followed.length > 0) return 'finish';
  // The records of such a zone may be all in its policy.
  return breakOff(draft, lacksPolicy && withheld === 'no-records' ? NO_POLICY : WITHHELD[withheld]);
}

/** A zone that never loaded does not know whether the name exists. */
function breakOff(draft: Draft, why: ExtendedError): NextStep {
  draft.conclude(RCODE.SERVFAIL, why);
  draft.isAuthoritative = false;
  return 'finish';
}

function notReady(text: string): ExtendedError {
  return { code: EXTENDED_ERROR.NOT_READY, text };
}
