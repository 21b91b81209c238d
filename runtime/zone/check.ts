/**
 * What must hold before the records of a zone may be served, and what may be served but is hardly
 * meant. An error keeps a version from going live; a warning only tells.
 *
 * One rule per function. RFC 1034 §3.6.2 and §4.2.1, RFC 2181 §5, §6.1 and §10, RFC 4592 §4.2, RFC 6672 §2.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { checkHiddenRecords, checkNameServers } from './check-delegation.ts';
import { checkDnames, checkRedirectedRecords } from './check-dname.ts';
import { BESIDE_CNAME, type CheckedHost, checkHiddenHosts, checkHostAliases } from './check-hosts.ts';
import { diagnose, type PlacedRecord } from './place.ts';
import { gatherRRsets, MAX_RRSET_OCTETS, nameKey, octetsInMessage } from './rrsets.ts';
import { Survey } from './survey.ts';

/** Finds what is wrong with the records of a zone and the names its policy decides. SOA and NS may be missing. */
export function checkZone(
  origin: WireName,
  records: readonly PlacedRecord[],
  hosts: readonly CheckedHost[],
): Diagnostic[] {
  const survey = new Survey(origin, records, hosts);
  return RULES.flatMap((rule) => [...rule(survey)]);
}

const RULES: readonly ((survey: Survey) => Iterable<Diagnostic>)[] = [
  checkOutside,
  checkTypes,
  checkSingletons,
  checkAliases,
  checkSets,
  checkNameServers,
  checkHiddenRecords,
  checkDnames,
  checkRedirectedRecords,
  checkHiddenHosts,
  checkHostAliases,
];

function* checkOutside({ origin, outside }: Survey): Generator<Diagnostic> {
  const zone = nameToText(origin);
  for (const { owner, place } of outside) {
    const message = `Name ${nameToText(owner)} is outside the zone ${zone}`;
    yield diagnose('error', { message, remedy: 'Remove the record, or check $ORIGIN and final dots' }, place);
  }
}

function* checkTypes(survey: Survey): Generator<Diagnostic> {
  for (const { owner, type, place } of survey.records) {
    if (type === RRTYPE.SOA && !survey.isApex(owner)) {
      const message = `SOA at ${nameToText(owner)}, which is not the name of the zone`;
      yield diagnose('error', { message, remedy: `Put it at ${nameToText(survey.origin)}` }, place);
    }
  }
}

/** RFC 1034 §4.2.1: a zone has one SOA. RFC 2181 §10.1, RFC 6672 §2.4: a name is an alias of one other. */
function* checkSingletons({ records }: Survey): Generator<Diagnostic> {
  const firsts = new Map<string, PlacedRecord>();
  for (const record of records) {
    const { owner, type, rdata, place } = record;
    if (type !== RRTYPE.SOA && type !== RRTYPE.CNAME && type !== RRTYPE.DNAME) continue;
    const key = `${type} ${nameKey(owner)}`;
    const first = firsts.get(key) ?? record;
    firsts.set(key, first);
    if (Buffer.compare(first.rdata, rdata) === 0) continue;
    const message = `There is another ${typeToText(type)} at ${nameToText(owner)}`;
    yield diagnose('error', { message, remedy: 'Keep one of them' }, place);
  }
}

/** RFC 1034 §3.6.2, RFC 2181 §10.1: there is nothing beside a CNAME but what DNSSEC says of it. */
function* checkAliases(survey: Survey): Generator<Diagnostic> {
  for (const types of survey.names()) {
    const cname = types.get(RRTYPE.CNAME);
    if (cname === undefined) continue;
    const name = nameToText(cname.owner);
    const other = [...types.keys()].find((type) => !BESIDE_CNAME.has(type));
    if (survey.isApex(cname.owner)) {
      const message = `CNAME at ${name}, which has SOA and NS as every zone has`;
      const remedy = 'Write addresses, or let the host "@" of a policy decide';
      yield diagnose('error', { message, remedy }, cname.place);
    } else if (other !== undefined) {
      const message = `CNAME at ${name} beside ${typeToText(other)}`;
      yield diagnose('error', { message, remedy: 'Keep either the CNAME or the other records' }, cname.place);
    }
    if (survey.isHost(cname.owner)) {
      const message = `CNAME at ${name}, which a policy decides`;
      const remedy = 'Remove the CNAME, or the host from the policy; a policy may answer cname(…)';
      yield diagnose('error', { message, remedy }, cname.place);
    }
  }
}

function* checkSets(survey: Survey): Generator<Diagnostic> {
  const { rrsets, duplicates, oddTtls } = gatherRRsets(survey.records);
  for (const { owner, type, rdatas } of rrsets) {
    const octets = octetsInMessage(rdatas);
    if (octets <= MAX_RRSET_OCTETS) continue;
    const message = `${typeToText(type)} at ${nameToText(owner)} is never served: its records take ${octets} octets`;
    const remedy = `Keep to ${MAX_RRSET_OCTETS}; no message can carry more`;
    yield diagnose('warning', { message, remedy }, survey.typesAt(owner)?.get(type)?.place);
  }
  for (const { owner, type, place } of duplicates) {
    const message = `${typeToText(type)} record of ${nameToText(owner)} is there twice`;
    yield diagnose('warning', { message, remedy: 'Remove one; it is served once' }, place);
  }
  for (const { owner, type, place } of oddTtls) {
    const message = `TTLs of the ${typeToText(type)} records of ${nameToText(owner)} differ`;
    yield diagnose('warning', { message, remedy: 'Give all the same; the lowest is served' }, place);
  }
}
