/** What an NSEC3 record of a reply proves, in words (RFC 5155 §8). */
import { HASH_LABEL, parametersOf, writeHash } from '../../dnssec/presigned/nsec3-hash.ts';
import type { ExplainedProof } from '../../rpc/explanation.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import {
  canonicalName,
  concatName,
  isAtOrBelow,
  nameToText,
  parentName,
  ROOT,
  type WireName,
} from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { Draft } from '../draft.ts';
import type { SectionSet } from '../sections.ts';

export function explainHashedProof(
  { owner = ROOT, rdatas: [rdata = ROOT] }: SectionSet,
  draft: Draft,
): ExplainedProof {
  const [, flags, , , next = '', ...types] = rdataToText(RRTYPE.NSEC3, rdata).split(' ');
  const [from = ''] = nameToText(canonicalName(owner)).split('.');
  const opensOut = (Number(flags) & 1) === 1 ? ', or is delegated without DS' : '';
  const claims = namesAbout(draft).flatMap((name) => {
    const hash = hashOf(name, rdata);
    if (hash === from) return [`${nameToText(name)} exists, with ${types.join(' ') || 'no types'}`];
    return isBetween(from, hash, next.toLowerCase()) ? [`${nameToText(name)} does not exist${opensOut}`] : [];
  });
  return { owner: nameToText(owner), next, types, how: 'hashed', proves: claims.join('; ') };
}

/** Names that a proof may be about: the name of the question, of the delegation or of aliases, those above, and wildcards. */
function namesAbout({ zone, name, nameLength, referral, sections }: Draft): WireName[] {
  const origin = zone?.origin ?? ROOT;
  const owners = Array.from({ length: sections.answer.count }, (_, index) => sections.answer.at(index).owner);
  const about = new Map<string, WireName>();
  const asked = referral?.owner ?? name.subarray(0, nameLength);
  for (const each of [asked, ...owners.filter((owner) => owner !== undefined)]) {
    for (
      let at: WireName | undefined = canonicalName(each);
      at !== undefined && isAtOrBelow(at, origin);
      at = parentName(at)
    ) {
      about.set(nameToText(at), at);
      const above = parentName(at);
      const wildcard = above && isAtOrBelow(above, origin) ? concatName(WILDCARD, above) : undefined;
      if (wildcard !== undefined) about.set(nameToText(wildcard), wildcard);
    }
  }
  return [...about.values()];
}

function hashOf(name: WireName, rdata: Uint8Array): string | undefined {
  const parameters = parametersOf(rdata);
  if (parameters === undefined) return undefined;
  const hash = Buffer.alloc(HASH_LABEL);
  writeHash(name, 0, name.length, parameters, hash);
  return hash.toString('latin1');
}

/** The last record leads to the first. */
function isBetween(from: string, hash: string | undefined, next: string): boolean {
  if (hash === undefined) return false;
  return next <= from ? hash > from || hash < next : hash > from && hash < next;
}

const WILDCARD = Uint8Array.of(1, 0x2a, 0);
