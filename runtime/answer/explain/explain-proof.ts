/** What an NSEC record of a reply proves, in words (RFC 4035 §5.4, RFC 9824 §3). */
import type { ExplainedProof } from '../../rpc/explanation.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import {
  canonicalName,
  compareNames,
  concatName,
  isAtOrBelow,
  labelCount,
  nameLengthAt,
  namesEqual,
  nameToText,
  parentName,
  ROOT,
  type WireName,
} from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { Draft } from '../draft.ts';
import type { SectionSet } from '../sections.ts';
import type { ServedSigning } from '../zones/served-signing.ts';

export function explainProof(
  { owner = ROOT, rdatas: [rdata = ROOT] }: SectionSet,
  draft: Draft,
  { isCompact }: ServedSigning,
): ExplainedProof {
  const next = rdata.subarray(0, nameLengthAt(rdata, 0));
  const types = rdataToText(RRTYPE.NSEC, rdata).split(' ').slice(1);
  const record = { owner, next, types };
  return {
    owner: nameToText(owner),
    next: nameToText(next),
    types,
    how: isCompact || isMadeFor(record) ? 'compact' : 'chain',
    proves: claimsOf(record, draft).join('; '),
  };
}

interface Denying {
  readonly owner: WireName;
  readonly next: WireName;
  readonly types: readonly string[];
}

/** The next name of a record that is made for one name is the first that could come after it (RFC 9824 §3.1). */
function isMadeFor({ owner, next }: Denying): boolean {
  const successor = concatName(Uint8Array.of(1, 0, 0), owner);
  return successor !== undefined && namesEqual(successor, next);
}

/** What it says of the names that the reply is about: the one looked up, and those that wildcards stood in for. */
function claimsOf(record: Denying, draft: Draft): string[] {
  const { query, name, nameLength, denial, referral, sections } = draft;
  const denied = denial === undefined ? [] : [canonicalName(name.subarray(0, nameLength))];
  const standIns = Array.from({ length: sections.answer.count }, (_, index) => sections.answer.at(index))
    .filter(({ wildcard }) => wildcard !== undefined)
    .map(({ owner }) => canonicalName(owner ?? query.name.subarray(0, query.nameLength)));
  const claims = [
    ...(referral === undefined ? [] : delegationClaims(record, referral.owner)),
    ...denied.flatMap((each) => denialClaims(record, each, query.type)),
    ...standIns
      .filter((each) => covers(record, each))
      .map((each) => `${nameToText(each)} itself does not exist: a wildcard stands in`),
  ];
  return [...new Set(claims)];
}

function delegationClaims({ owner, types }: Denying, cut: WireName): string[] {
  if (!namesEqual(owner, cut)) return [];
  return [`${nameToText(cut)} is delegated (${types.join(' ')}) without DS: what is below is not signed`];
}

function denialClaims(record: Denying, name: WireName, type: number): string[] {
  const { owner, types, next } = record;
  if (namesEqual(owner, name)) {
    const isNone = types.includes(typeToText(RRTYPE.NXNAME));
    return [isNone ? `${nameToText(name)} does not exist` : hasNo(name, types, type)];
  }
  // RFC 4592 §2.2.2: an empty non-terminal has no records and owns none, but something is below it.
  if (covers(record, name) && isAtOrBelow(next, name)) {
    return [`${nameToText(name)} has no records at all, only names below it`];
  }
  const claims = covers(record, name) ? [`${nameToText(name)} does not exist`] : [];
  if (isWildcardAbove(owner, name)) return [...claims, hasNo(owner, types, type)];
  const wildcard = wildcardsAbove(name).find((each) => covers(record, each));
  return wildcard === undefined
    ? claims
    : [...claims, `no wildcard stands in: ${nameToText(wildcard)} does not exist`];
}

function hasNo(name: WireName, types: readonly string[], type: number): string {
  return `${nameToText(name)} has no ${typeToText(type)} and no CNAME, of ${types.join(' ')}`;
}

/** Whether a name comes after the owner and before the next name; the last record of a zone leads to its first. */
function covers({ owner, next }: Denying, name: WireName): boolean {
  if (compareNames(owner, name) >= 0) return false;
  return compareNames(name, next) < 0 || compareNames(next, owner) <= 0;
}

function isWildcardAbove(owner: WireName, name: WireName): boolean {
  const parent = parentName(owner);
  return owner[0] === 1 && owner[1] === ASTERISK && parent !== undefined && isAtOrBelow(name, parent);
}

/** `*.` before each name above, the nearest first. */
function wildcardsAbove(name: WireName): WireName[] {
  const wildcards: WireName[] = [];
  for (
    let above = parentName(name);
    above !== undefined && labelCount(above) > 0;
    above = parentName(above)
  ) {
    const wildcard = concatName(Uint8Array.of(1, ASTERISK, 0), above);
    if (wildcard !== undefined) wildcards.push(wildcard);
  }
  return wildcards;
}

const ASTERISK = 0x2a;
