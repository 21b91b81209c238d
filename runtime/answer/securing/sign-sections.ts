/**
 * The RRSIGs of an answer, behind the sets that they are of (RFC 4035 §3.1.1). Owners are signed in lower case (RFC 4034
 * §6.2), and a set that a wildcard stood in for as the wildcard's (RFC 4035 §3.1.3.3). Delegations, their glue, and the
 * CNAME of a DNAME are not signed (RFC 4035 §2.2, RFC 6672 §5.3.1).
 */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { MAX_NAME_LENGTH, writeLowerCase } from '../../wire/name.ts';
import type { Draft } from '../draft.ts';
import { DEPENDS } from '../facts/dependence.ts';
import type { Made, SectionSet, SectionSets } from '../sections.ts';
import type { ServedSigning } from '../zones/served-signing.ts';

/** Adds signatures to all sections; false if a datagram cannot have them now. */
export function signSections(draft: Draft, signing: ServedSigning): boolean {
  const { answer, authority, additional, isFull } = draft.sections;
  // What fits no message is not worth the time.
  if (isFull) return true;
  return (
    signSection(draft, signing, answer) &&
    signSection(draft, signing, authority) &&
    signSection(draft, signing, additional)
  );
}

/** Which sets the zone vouches for. */
export const IS_SIGNED: Readonly<Record<Made, boolean>> = {
  zone: true,
  policy: true,
  dname: false,
  cut: false,
  glue: false,
  server: false,
};

function signSection(draft: Draft, signing: ServedSigning, sets: SectionSets): boolean {
  const { count } = sets;
  for (let index = 0; index < count; index += 1) {
    const set = sets.at(index);
    if (!IS_SIGNED[set.made] || set.type === RRTYPE.RRSIG) continue;
    const signatures = signaturesOf(draft, signing, set);
    if (signatures === undefined) return false;
    if (signatures.length > 0) sets.add(set.owner, RRTYPE.RRSIG, set.ttl, signatures, set.made);
  }
  return true;
}

/**
 * RFC 4034 §3.1.4: the signed TTL is the one in the zone; that of the SOA in a denial may be lower (RFC 2308 §3), and so may
 * that of answers of which a change is near.
 */
export function originalTtl({ zone }: Draft, { type, signedTtl }: SectionSet): number {
  return type === RRTYPE.SOA && zone !== undefined ? zone.soa.ttl : signedTtl;
}

function signaturesOf(
  draft: Draft,
  { signatures }: ServedSigning,
  set: SectionSet,
): readonly Uint8Array[] | undefined {
  const { query } = draft;
  const { type, rdatas } = set;
  const owner = set.wildcard ?? set.owner;
  const ttl = originalTtl(draft, set);
  if (owner === undefined) return ask(draft, signatures, query.name, query.nameLength, type, ttl, rdatas);
  writeLowerCase(owner, lower);
  return ask(draft, signatures, lower, owner.length, type, ttl, rdatas);
}

/** A signature that is not there takes time, which clients of datagrams can use up; those of streams wait for theirs. */
function ask(
  draft: Draft,
  from: ServedSigning['signatures'],
  owner: Uint8Array,
  length: number,
  type: number,
  ttl: number,
  rdatas: readonly Uint8Array[],
): readonly Uint8Array[] | undefined {
  const signatures = from.signatures(owner, length, type, ttl, rdatas, true);
  if (signatures !== undefined || draft.isOn(DEPENDS.DATAGRAM)) return signatures;
  return from.signatures(owner, length, type, ttl, rdatas, false);
}

/** Scratch memory: no call leaves anything in it for another. */
const lower = new Uint8Array(MAX_NAME_LENGTH);
