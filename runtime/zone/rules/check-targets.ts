/**
 * The rules of check.ts about names that records point to: all are valid, and some are hardly meant. check-delegation.ts
 * has the rules of name servers.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { RRTYPE, targetOfType, typeToText } from '../../wire/iana/rrtype.ts';
import { isAtOrBelow, nameLengthAt, namesEqual, nameToText, ROOT, type WireName } from '../../wire/name.ts';
import { soaFromRdata } from '../../wire/rdata/soa.ts';
import { NO_NODE } from '../label-tree.ts';
import { diagnose, type Fault, type PlacedRecord } from '../place.ts';
import type { Survey } from '../survey.ts';
import { addressWritten, isDoubled, undoubled } from './misspelt-name.ts';

/** A name that a record points to is written as it is meant, and is there if it is in the zone. */
export function* checkTargets(survey: Survey): Generator<Diagnostic> {
  for (const { node, set, type } of survey.sets()) {
    // Other servers answer at and below a delegation.
    if (type === RRTYPE.NS || survey.cutAt(node) !== NO_NODE) continue;
    if (!pointsToName(type)) continue;
    for (const member of survey.members(set)) {
      const record = survey.placed(member);
      const fault = faultOf(record, survey);
      if (fault !== undefined) yield diagnose('warning', fault, record.place);
    }
  }
}

/** Owners are written as they are meant. */
export function* checkDoubledNames(survey: Survey): Generator<Diagnostic> {
  const { origin } = survey.draft;
  let before = NO_NODE;
  for (const { node, set } of survey.sets()) {
    if (node === before) continue;
    before = node;
    const first = survey.first(set);
    const { owner } = first;
    if (!isDoubled(owner, origin)) continue;
    const message = `Name ${nameToText(owner)} ends in the zone's name twice`;
    const remedy = `Write ${undoubled(owner, origin)} with its final dot`;
    yield diagnose('warning', { message, remedy }, first.place);
  }
}

/** RFC 1035 §8: the first dot of a mailbox stands for its @. */
export function* checkMailboxes(survey: Survey): Generator<Diagnostic> {
  for (const { set, type } of survey.sets()) {
    if (type !== RRTYPE.SOA && type !== RRTYPE.RP) continue;
    for (const member of survey.members(set)) {
      const record = survey.placed(member);
      const { owner, rdata } = record;
      const mailbox = type === RRTYPE.SOA ? soaFromRdata(rdata)?.contact : nameAt(rdata, 0);
      if (mailbox?.includes(AT_SIGN) !== true) continue;
      const message = `Mailbox in the ${typeToText(type)} of ${nameToText(owner)} has an @: ${nameToText(mailbox)}`;
      yield diagnose('warning', { message, remedy: 'Write a dot for the @ (RFC 1035 §8)' }, record.place);
    }
  }
}

/** What to do about a name in the zone that is not there. */
export function remedyForMissing(name: WireName, origin: WireName): string {
  if (isDoubled(name, origin)) return `Its final dot is missing: write ${undoubled(name, origin)}`;
  return `Add records for ${nameToText(name)}, or check its spelling and its final dot`;
}

const AT_SIGN = 0x40;
/** RFC 2181 §10.3, RFC 2782: the target of these is no alias, and has an address. */
const NEEDS_ADDRESS: ReadonlySet<number> = new Set([RRTYPE.MX, RRTYPE.SRV]);
/** Where the name stands to which records of further types point, in octets: no answer comes with what is there. */
const POINTS_FROM: ReadonlyMap<number, number> = new Map([
  [RRTYPE.CNAME, 0],
  [RRTYPE.DNAME, 0],
  [RRTYPE.PTR, 0],
  [RRTYPE.KX, 2],
  [RRTYPE.RT, 2],
  [RRTYPE.LP, 2],
]);
/** Aliases that are followed until they must be a loop. */
const MOST_ALIASES = 16;

function faultOf({ owner, type, rdata }: PlacedRecord, survey: Survey): Fault | undefined {
  const { origin } = survey.draft;
  const target = targetIn(type, rdata);
  // The root stands for no target at all (RFC 2782, RFC 7505), or for the owner (RFC 9460 §2.5).
  if (target === undefined || namesEqual(target, ROOT)) return undefined;
  const points = `${typeToText(type)} at ${nameToText(owner)} points to`;
  const address = addressWritten(target, origin);
  if (address !== undefined) {
    const remedy = type === RRTYPE.CNAME ? 'Write an address record' : 'Name a host that has this address';
    return { message: `${points} an address, ${address}, where a name belongs`, remedy };
  }
  if (!isAtOrBelow(target, origin) || survey.cutOf(target) !== NO_NODE) return undefined;
  const name = nameToText(target);
  const isRedirected = survey.dnameAbove(target) !== NO_NODE;
  const types = survey.typesAt(survey.find(target));
  if (NEEDS_ADDRESS.has(type) && (isRedirected || types.includes(RRTYPE.CNAME))) {
    const source = type === RRTYPE.MX ? 'RFC 2181 §10.3' : 'RFC 2782';
    return { message: `${points} ${name}, which is an alias`, remedy: `Name the host itself (${source})` };
  }
  if (isRedirected || survey.isHost(survey.find(target)) || survey.hasWildcardFor(target)) return undefined;
  // A DNAME is about names below its target, which need not be there itself.
  if (type === RRTYPE.DNAME && !isDoubled(target, origin)) return undefined;
  // A name that only holds names below it has no records (RFC 8020).
  if (types.length === 0) {
    return { message: `${points} ${name}, which is not there`, remedy: remedyForMissing(target, origin) };
  }
  if (NEEDS_ADDRESS.has(type) && !types.includes(RRTYPE.A) && !types.includes(RRTYPE.AAAA)) {
    const remedy = `Add an A or AAAA record for ${name}`;
    return { message: `${points} ${name}, which has no address`, remedy };
  }
  if (type === RRTYPE.CNAME && isLoop(target, survey)) {
    return { message: `${points} ${name}, and from there to itself`, remedy: 'Break the loop of aliases' };
  }
  return undefined;
}

function pointsToName(type: number): boolean {
  return POINTS_FROM.has(type) || targetOfType(type) !== undefined;
}

/** Whether the aliases that begin at a name lead back to it. */
function isLoop(from: WireName, survey: Survey): boolean {
  let name: WireName | undefined = from;
  for (let count = 0; count < MOST_ALIASES && name !== undefined; count += 1) {
    const node = survey.find(name);
    const alias = survey.setsAt(node).find(({ type }) => type === RRTYPE.CNAME);
    if (alias === undefined) return false;
    name = nameAt(survey.first(alias.set).rdata, 0);
    if (name !== undefined && namesEqual(name, from)) return true;
  }
  return false;
}

function targetIn(type: number, rdata: Uint8Array): WireName | undefined {
  const { before, strings = 0 } = targetOfType(type) ?? { before: POINTS_FROM.get(type) ?? 0 };
  let at = before;
  for (let count = 0; count < strings; count += 1) at += 1 + (rdata[at] ?? 0);
  return nameAt(rdata, at);
}

function nameAt(rdata: Uint8Array, at: number): WireName | undefined {
  const length = nameLengthAt(rdata, at);
  return length === undefined ? undefined : rdata.subarray(at, at + length);
}
