/** The rules of check.ts about name servers, and about records that a delegation hides. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { isAddressType, RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { isAtOrBelow, nameToText, type WireName } from '../../wire/name.ts';
import { NO_NODE } from '../label-tree.ts';
import { diagnose, type PlacedRecord } from '../place.ts';
import type { Survey } from '../survey.ts';
import { isWildcard } from '../zone-index.ts';
import { remedyForMissing } from './check-targets.ts';
import { addressWritten, isDoubled } from './misspelt-name.ts';

/**
 * A name server has an address (RFC 1034 §4.2.1) and is no alias (RFC 2181 §10.3), so that resolvers find it.
 */
export function* checkNameServers(survey: Survey): Generator<Diagnostic> {
  for (const { set, type } of survey.sets()) {
    if (type !== RRTYPE.NS) continue;
    for (const record of survey.members(set)) yield* checkNameServer(survey, survey.placed(record), set);
  }
}

function* checkNameServer(survey: Survey, record: PlacedRecord, set: number): Generator<Diagnostic> {
  const { owner, rdata: target } = record;
  if (isWildcard(owner)) {
    const message = `NS at the wildcard ${nameToText(owner)}`;
    const remedy = 'Delegate each name; RFC 4592 §4.2 leaves open what this means';
    yield diagnose('error', { message, remedy }, record.place);
  }
  const { origin } = survey.draft;
  const address = addressWritten(target, origin);
  if (address !== undefined) {
    const message = `NS at ${nameToText(owner)} points to an address, ${address}, where a name belongs`;
    yield diagnose('warning', { message, remedy: 'Name a host that has this address' }, record.place);
    return;
  }
  if (!isAtOrBelow(target, origin)) return;
  const server = nameToText(target);
  const types = survey.typesAt(survey.find(target));
  if (types.includes(RRTYPE.CNAME)) {
    const message = `Name server ${server} is an alias`;
    yield diagnose('warning', { message, remedy: 'Name the server itself (RFC 2181 §10.3)' }, record.place);
  } else if (!hasAddress(survey, target, set)) {
    const message = `Name server ${server} has no address in this zone`;
    const remedy = isDoubled(target, origin)
      ? remedyForMissing(target, origin)
      : `Add an A or AAAA record for ${server}`;
    yield diagnose('warning', { message, remedy }, record.place);
  }
}

/** The zone above has these itself (RFC 4035 §2.6). */
const AT_CUTS: ReadonlySet<number> = new Set([RRTYPE.NS, RRTYPE.DS, RRTYPE.NSEC, RRTYPE.RRSIG]);

/** Other servers answer at and below a delegation: this zone uses only its NS, its DS, signatures and glue. */
export function* checkHiddenRecords(survey: Survey): Generator<Diagnostic> {
  for (const { node, set, type } of survey.sets()) {
    const cut = survey.cutAt(node);
    if (cut === NO_NODE || isAddressType(type)) continue;
    const isCut = survey.nodeOf(cut) === node;
    if (isCut && AT_CUTS.has(type)) continue;
    const { owner, place } = survey.first(set);
    const message = `${typeToText(type)} at ${nameToText(owner)} is never served: ${delegated(survey, cut)}`;
    yield diagnose('warning', { message, remedy: 'Move it to the zone of the delegation' }, place);
  }
}

/** `set` is the NS set that names the server. */
function hasAddress(survey: Survey, target: WireName, set: number): boolean {
  const node = survey.find(target);
  const types = survey.typesAt(node);
  if (types.includes(RRTYPE.A) || types.includes(RRTYPE.AAAA)) return true;
  if (survey.isHost(node) || survey.hasWildcardFor(target)) return true;
  // The servers of another delegation know the addresses below it.
  const cut = survey.cutOf(target);
  return cut !== NO_NODE && cut !== set;
}

function delegated(survey: Survey, cut: number): string {
  return `${nameToText(survey.first(cut).owner)} is delegated`;
}
