/**
 * What an answer leaves out, proven by NSEC records (RFC 4035 §3.1.3) or NSEC3 records (RFC 5155 §7.2): that a name or a type is not there, that a
 * wildcard had to stand in, that a delegation is not signed. The chain of a zone proves all that its records say.
 * What a policy says against it (a name is not there after all), and all where `denial: compact` is set, is proven by a
 * record made for the name that was asked (RFC 9824).
 */
import { typesBut } from '../../dnssec/denial/chain.ts';
import { Proof } from '../../dnssec/denial/proof.ts';
import { RCODE } from '../../wire/iana/rcode.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { MAX_NAME_LENGTH, type WireName, writeLowerCase } from '../../wire/name.ts';
import type { Draft } from '../draft.ts';
import { DEPENDS } from '../facts/dependence.ts';
import type { SectionSets } from '../sections.ts';
import { type ServedSigning, standsAlone } from '../zones/served-signing.ts';

/** Adds the records that a reply needs to its authority section. */
export function prove(draft: Draft, signing: ServedSigning): void {
  const { denial, referral, sections } = draft;
  const { answer, authority } = sections;
  proof.begin();
  proveWildcards(draft, signing, answer);
  if (denial !== undefined) proveDenial(draft, signing);
  else if (referral !== undefined) proveDelegation(draft, signing, referral.owner);
  for (let index = 0; index < proof.count; index += 1) {
    const { owner, type, ttl, rdatas } = proof.at(index);
    authority.add(owner, type, ttl, rdatas, 'zone');
  }
}

/** RFC 4035 §3.1.3.3: the name that a wildcard stood in for is not there itself. */
function proveWildcards({ query }: Draft, { denial }: ServedSigning, answer: SectionSets): void {
  for (let index = 0; index < answer.count; index += 1) {
    const { owner, wildcard } = answer.at(index);
    if (wildcard === undefined) continue;
    if (owner === undefined) denial.wildcardAnswer(query.name, query.nameLength, proof);
    else denial.wildcardAnswer(lowered(owner), owner.length, proof);
  }
}

function proveDenial(draft: Draft, signing: ServedSigning): void {
  const { name, nameLength, denial } = draft;
  if (denial === 'type' || denial === 'policy-type') proveNoData(draft, signing);
  else if (denial === 'name' && !signing.isCompact) signing.denial.nameError(name, nameLength, proof);
  else proveCompactNameError(draft, signing);
}

/** RFC 9824 §3.3, §5.1: a name with no types at all is NOERROR, but for who asks to have NXDOMAIN beside it. */
function proveCompactNameError(draft: Draft, { made }: ServedSigning): void {
  made?.denial.compactNameError(draft.name, draft.nameLength, proof, ttlOf(draft));
  if (!draft.isOn(DEPENDS.COMPACT_OK)) draft.conclude(RCODE.NOERROR);
}

function proveNoData(draft: Draft, signing: ServedSigning): void {
  const { zone, name, nameLength, query, found } = draft;
  const ttl = ttlOf(draft);
  const { denial } = signing;
  if (zone === undefined) return;
  if (signing.isCompact || (found.wildcard && standsAlone(signing, found.hostIndex))) {
    const types = typesBut(signing.typesAt(zone.index, found.node), query.type);
    signing.made?.denial.compactNoData(name, nameLength, types, ttl, proof);
  } else if (found.wildcard) {
    const wildcard = room.subarray(0, zone.index.writeName(found.node, room));
    denial.wildcardNoData(name, nameLength, wildcard, query.type, ttl, proof);
  } else denial.noData(name, nameLength, query.type, ttl, proof);
}

/** RFC 4035 §3.1.4: with its DS, or with the proof that there is none. */
function proveDelegation({ zone, sections }: Draft, signing: ServedSigning, cut: WireName): void {
  if (zone === undefined) return;
  const signers = zone.index.rrset(zone.index.find(cut), RRTYPE.DS);
  if (signers !== undefined) sections.authority.add(cut, RRTYPE.DS, signers.ttl, signers.rdatas, 'zone');
  else if (!signing.isCompact) signing.denial.noDs(cut, proof);
  else signing.made?.denial.compactNoData(lowered(cut), cut.length, AT_A_CUT, zone.negativeTtl, proof);
}

/** No denial is to outlive the SOA beside it, whose TTL is that of the answer that it stands in for, at most. */
function ttlOf({ sections }: Draft): number {
  return sections.authority.count === 0 ? 0 : sections.authority.at(0).ttl;
}

function lowered(name: WireName): Uint8Array {
  writeLowerCase(name, room);
  return room;
}

const AT_A_CUT: readonly number[] = [RRTYPE.NS];
/** Written over for each reply. */
const proof = new Proof();
/** Scratch memory: no call leaves anything in it for another. */
const room = new Uint8Array(MAX_NAME_LENGTH);
