/**
 * Records that save the client another question: those of the names an answer points to, and the
 * glue without which a referral leads nowhere. Static records of the zone only: what a policy would
 * say, and what another zone has, is for the client to ask.
 *
 * RFC 1034 §4.3.2 step 6, RFC 1183 §1, RFC 2782, RFC 3403 §4.1, RFC 9460 §4.1, RFC 9471 (glue).
 */
import type { RdataTarget } from '../wire/iana/record-type.ts';
import { RRTYPE, targetOfType } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, nameLengthAt, namesEqual, type WireName } from '../wire/name.ts';
import type { RRset } from '../wire/record.ts';
import { glueAt, recordsAt } from '../zone/lookup.ts';
import { isWildcard } from '../zone/zone-index.ts';
import type { Draft } from './draft.ts';
import type { Made, SectionSet, Sections } from './sections.ts';
import type { ServedZone } from './zones/served-zone.ts';

/** Targets looked at for one answer; beyond that a reply would mostly be additional data. */
const MAX_TARGETS = 16;
/** Name servers of a delegation whose glue is looked for: no delegation needs more, and a message has room for thousands. */
const MAX_SERVERS = 64;

/** Collects the additional section of an answer that is settled. */
export function addAdditional(draft: Draft): void {
  const { zone, referral, sections } = draft;
  if (zone === undefined) return;
  if (referral !== undefined) {
    addGlue(sections, zone, referral);
    return;
  }
  const { last } = sections.answer;
  const kind = last && targetOfType(last.type);
  if (last === undefined || kind === undefined || draft.denial !== undefined || sections.isFull) return;
  addTargets(draft, zone, last, kind);
}

/** What the client will ask of the names that the answer points to, as long as it fits. */
function addTargets(
  { name, nameLength, sections }: Draft,
  zone: ServedZone,
  answer: SectionSet,
  kind: RdataTarget,
): void {
  const { type, rdatas } = answer;
  // Glue helps to find name servers, and is no answer for anybody else (RFC 2181 §5.4.1).
  const source = kind.isServer ? glueAt : recordsAt;
  const targets: (WireName | undefined)[] = [];
  const count = Math.min(rdatas.length, MAX_TARGETS);
  for (let index = 0; index < count; index += 1) {
    const rdata = rdatas[index];
    if (rdata === undefined) return;
    const target = targetOf(kind, rdata, name, nameLength);
    targets.push(target);
    if (target === undefined || isAmong(targets, index, target)) continue;
    const next = typeAskedNext(type, kind, rdata);
    // The zone vouches for addresses of its own name servers, unless they are below a cut.
    const isGlue = kind.isServer === true && recordsAt(zone, target, RRTYPE.ANY) === undefined;
    addAddresses(sections, zone, target, source, isGlue ? 'glue' : 'zone', false);
    if (sections.isFull) return;
    if (next !== undefined) addSet(sections, target, source(zone, target, next), 'zone', false);
  }
}

/**
 * The addresses of a delegation's name servers. Those below the cut, which come first, cannot be found without (RFC 9471
 * §3.1); others the client can ask for (§3.2).
 */
function addGlue(sections: Sections, zone: ServedZone, { owner, rdatas }: RRset): void {
  const servers = rdatas.slice(0, MAX_SERVERS);
  sections.lacksGlue = rdatas.length > servers.length;
  for (const server of servers) {
    if (sections.isFull) return;
    if (isAtOrBelow(server, owner)) addAddresses(sections, zone, server, glueAt, 'glue', true);
  }
  for (const server of servers) {
    if (sections.isFull) return;
    if (!isAtOrBelow(server, owner)) addAddresses(sections, zone, server, glueAt, 'glue', false);
  }
}

function addAddresses(
  sections: Sections,
  zone: ServedZone,
  name: WireName,
  source: typeof glueAt,
  made: Made,
  isRequired: boolean,
): void {
  addSet(sections, name, source(zone, name, RRTYPE.A), made, isRequired);
  addSet(sections, name, source(zone, name, RRTYPE.AAAA), made, isRequired);
}

function addSet(
  { additional }: Sections,
  owner: WireName,
  set: RRset | undefined,
  made: Made,
  isRequired: boolean,
): void {
  if (set === undefined) return;
  const wildcard = isWildcard(set.owner) && !namesEqual(set.owner, owner) ? set.owner : undefined;
  additional.add(owner, set.type, set.ttl, set.rdatas, made, wildcard).isRequired = isRequired;
}

/** The name in RDATA that the client will ask for. */
function targetOf(
  kind: RdataTarget,
  rdata: Uint8Array,
  name: WireName,
  nameLength: number,
): WireName | undefined {
  const { before, strings = 0 } = kind;
  let at = before;
  for (let text = 0; text < strings; text += 1) at += 1 + (rdata[at] ?? 0);
  const length = nameLengthAt(rdata, at);
  // RFC 9460 §2.5.2: the root stands for the owner.
  if (length === 1 && isServiceMode(kind, rdata)) return name.subarray(0, nameLength);
  return length === undefined ? undefined : rdata.subarray(at, at + length);
}

/** Several records may point to one name, as to ports of one host. */
function isAmong(others: readonly (WireName | undefined)[], before: number, target: WireName): boolean {
  for (let index = 0; index < before; index += 1) {
    const other = others[index];
    if (other !== undefined && namesEqual(other, target)) return true;
  }
  return false;
}

/** What a client wants of the target beside addresses. */
function typeAskedNext(type: number, kind: RdataTarget, rdata: Uint8Array): number | undefined {
  // RFC 9460 §2.4.2: an alias leads to the records of its own type.
  return kind.isService && !isServiceMode(kind, rdata) ? type : kind.next;
}

/** RFC 9460 §2.4: the priority is not 0. */
function isServiceMode({ isService }: RdataTarget, rdata: Uint8Array): boolean {
  return isService === true && (rdata[0] !== 0 || rdata[1] !== 0);
}
