/**
 * The rules that the records of a zone obey before a server serves them. An error keeps a version of the
 * zone from going live; a warning points at records that are valid and hardly meant.
 *
 * One rule per function. RFC 1034 §3.6.2 and §4.2.1, RFC 2181 §5, §6.1 and §10, RFC 4592 §4.2, RFC 6672 §2.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { RRTYPE, typesWhich, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { BESIDE_CNAME, type CheckedHost, checkHosts, type HostFault, type HostName } from './check-hosts.ts';
import { Findings } from './findings.ts';
import { diagnose, type Place, type PlacedRecord } from './place.ts';
import { RecordPack } from './record-pack.ts';
import { MAX_RRSET_OCTETS, octetsInMessage } from './rrsets.ts';
import { checkHiddenRecords, checkNameServers } from './rules/check-delegation.ts';
import { checkDnames, checkRedirectedRecords } from './rules/check-dname.ts';
import { checkDoubledNames, checkMailboxes, checkTargets } from './rules/check-targets.ts';
import { checkTexts } from './rules/check-texts.ts';
import { Survey } from './survey.ts';
import { draftZone, type ZoneDraft } from './zone-draft.ts';
import { APEX } from './zone-index.ts';

/** Finds faults in the records of a zone and in the names its policy decides. SOA and NS may be missing. */
export function checkZone(
  origin: WireName,
  records: Iterable<PlacedRecord>,
  hosts: readonly CheckedHost[],
): Diagnostic[] {
  const placed = [...records];
  const names = hosts.map(({ name }) => name);
  const draft = draftZone(origin, RecordPack.of(placed), names);
  const { diagnostics, hostFaults } = checkDraft(draft, hosts, (record) => placed[record]?.place);
  return [...diagnostics, ...diagnosticsOfHosts(hostFaults, hosts)];
}

export interface CheckedDraft {
  /** Faults of the records. */
  readonly diagnostics: readonly Diagnostic[];
  readonly hostFaults: readonly HostFault[];
}

/** Checks records that are sorted already; `placeOf` finds where a record was written. */
export function checkDraft(
  draft: ZoneDraft,
  hosts: readonly HostName[],
  placeOf: (record: number) => Place | undefined,
): CheckedDraft {
  const survey = new Survey(draft, placeOf);
  const findings = new Findings();
  for (const rule of RULES) for (const finding of rule(survey)) findings.add(finding);
  return { diagnostics: findings.all(), hostFaults: [...checkHosts(survey, hosts)] };
}

/** Turns faults of hosts into errors of the policy that has these hosts. */
export function diagnosticsOfHosts(
  faults: readonly HostFault[],
  hosts: readonly CheckedHost[],
): Diagnostic[] {
  return faults.flatMap(({ host, ...fault }) => hosts[host]?.diagnose(fault) ?? []);
}

const RULES: readonly ((survey: Survey) => Iterable<Diagnostic>)[] = [
  checkOutside,
  checkTypes,
  checkSingletons,
  checkAliases,
  checkDuplicates,
  checkTtls,
  checkSizes,
  checkTypeCounts,
  checkNameServers,
  checkHiddenRecords,
  checkDnames,
  checkRedirectedRecords,
  checkTargets,
  checkDoubledNames,
  checkMailboxes,
  checkTexts,
];

function* checkOutside({ draft, placed }: Survey): Generator<Diagnostic> {
  const zone = nameToText(draft.origin);
  for (const record of draft.outside) {
    const { owner, place } = placed(record);
    const message = `Name ${nameToText(owner)} is outside the zone ${zone}`;
    yield diagnose('error', { message, remedy: 'Remove the record, or check $ORIGIN and final dots' }, place);
  }
}

function* checkTypes(survey: Survey): Generator<Diagnostic> {
  for (const { node, set, type } of survey.sets()) {
    if (type !== RRTYPE.DS && type !== RRTYPE.SOA) continue;
    const first = survey.first(set);
    if (type === RRTYPE.SOA && node !== APEX) {
      const message = `SOA at ${nameToText(first.owner)}, which is not the name of the zone`;
      const remedy = `Put it at ${nameToText(survey.draft.origin)}`;
      yield diagnose('error', { message, remedy }, first.place);
    }
    // RFC 4035 §2.4.
    if (type === RRTYPE.DS && node === APEX) {
      const message = `DS at ${nameToText(first.owner)} is nothing that the zone itself has`;
      const remedy = 'Put it into the zone above, where the delegation is';
      yield diagnose('error', { message, remedy }, first.place);
    }
  }
}

/**
 * RFC 1034 §4.2.1: a zone has one SOA. RFC 2181 §10.1, RFC 6672 §2.4: a name is an alias of one other name.
 */
function* checkSingletons(survey: Survey): Generator<Diagnostic> {
  for (const { set, type } of survey.sets()) {
    if (!SINGLE.has(type)) continue;
    for (const record of survey.members(set).subarray(1)) {
      const { owner, place } = survey.placed(record);
      const message = `There is another ${typeToText(type)} at ${nameToText(owner)}`;
      yield diagnose('error', { message, remedy: 'Keep one of them' }, place);
    }
  }
}

const SINGLE = typesWhich(({ isSingle }) => isSingle);

/** RFC 1034 §3.6.2, RFC 2181 §10.1: only records of DNSSEC stand beside a CNAME. */
function* checkAliases(survey: Survey): Generator<Diagnostic> {
  for (const { node, set, type } of survey.sets()) {
    if (type !== RRTYPE.CNAME) continue;
    const { owner, place } = survey.first(set);
    const name = nameToText(owner);
    const other = survey.typesAt(node).find((beside) => !BESIDE_CNAME.has(beside));
    if (node === APEX) {
      const message = `CNAME at ${name}, which has SOA and NS as every zone has`;
      const remedy = 'Write addresses, or let the host "@" of a policy decide';
      yield diagnose('error', { message, remedy }, place);
    } else if (other !== undefined) {
      const message = `CNAME at ${name} beside ${typeToText(other)}`;
      yield diagnose('error', { message, remedy: 'Keep either the CNAME or the other records' }, place);
    }
    if (survey.isHost(node)) {
      const message = `CNAME at ${name}, which a policy decides`;
      const remedy = 'Remove the CNAME, or the host from the policy; a policy may answer cname(…)';
      yield diagnose('error', { message, remedy }, place);
    }
  }
}

function* checkDuplicates({ draft, placed }: Survey): Generator<Diagnostic> {
  for (const record of draft.duplicates) {
    const { owner, type, place } = placed(record);
    const message = `${typeToText(type)} record of ${nameToText(owner)} is there twice`;
    yield diagnose('warning', { message, remedy: 'Remove one; it is served once' }, place);
  }
}

function* checkTtls({ draft, placed }: Survey): Generator<Diagnostic> {
  for (const record of draft.oddTtls) {
    const { owner, type, place } = placed(record);
    const message = `TTLs of the ${typeToText(type)} records of ${nameToText(owner)} differ`;
    yield diagnose('warning', { message, remedy: 'Give all the same; the lowest is served' }, place);
  }
}

function* checkSizes(survey: Survey): Generator<Diagnostic> {
  for (const { set, type } of survey.sets()) {
    const members = survey.members(set);
    const octets = octetsInMessage([...members].map((record) => survey.draft.records.rdata(record)));
    if (octets <= MAX_RRSET_OCTETS) continue;
    const { owner, place } = survey.first(set);
    const message = `${typeToText(type)} at ${nameToText(owner)} is never served: its records take ${octets} octets`;
    const remedy = `Keep to ${MAX_RRSET_OCTETS}; no message can carry more`;
    yield diagnose('warning', { message, remedy }, place);
  }
}

/**
 * A lookup tries the types of a name one by one, and an answer takes dozens of lookups: few types keep it
 * cheap.
 */
function* checkTypeCounts(survey: Survey): Generator<Diagnostic> {
  let before: number | undefined;
  for (const { node, set } of survey.sets()) {
    if (node === before) continue;
    before = node;
    const length = new Set(survey.typesAt(node)).size;
    if (length <= MAX_TYPES) continue;
    const { owner, place } = survey.first(set);
    const message = `${nameToText(owner)} has records of ${length} types`;
    yield diagnose('error', { message, remedy: `Keep to ${MAX_TYPES}` }, place);
  }
}

/** The most types at one name; real names have fewer. */
const MAX_TYPES = 128;
