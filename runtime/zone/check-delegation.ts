/** The rules of check.ts about name servers, and about what a delegation hides. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, namesEqual, nameToText, type WireName } from '../wire/name.ts';
import { diagnose, type PlacedRecord } from './place.ts';
import type { Survey } from './survey.ts';
import { isWildcard } from './zone-index.ts';

/** Name servers must be found: they have addresses (RFC 1034 §4.2.1), and are no aliases (RFC 2181 §10.3). */
export function* checkNameServers(survey: Survey): Generator<Diagnostic> {
  for (const { owner, type, rdata: target, place } of survey.records) {
    if (type !== RRTYPE.NS) continue;
    if (isWildcard(owner)) {
      const message = `NS at the wildcard ${nameToText(owner)}`;
      const remedy = 'Delegate each name; RFC 4592 §4.2 leaves open what this means';
      yield diagnose('error', { message, remedy }, place);
    }
    if (!isAtOrBelow(target, survey.origin)) continue;
    const server = nameToText(target);
    if (survey.typesAt(target)?.has(RRTYPE.CNAME)) {
      const message = `Name server ${server} is an alias`;
      yield diagnose('warning', { message, remedy: 'Name the server itself (RFC 2181 §10.3)' }, place);
    } else if (!hasAddress(survey, { owner, target })) {
      const message = `Name server ${server} has no address in this zone`;
      yield diagnose('warning', { message, remedy: `Add an A or AAAA record for ${server}` }, place);
    }
  }
}

/** What is at or below a delegation is for others to answer: only its NS, its DS and glue are of use here. */
export function* checkHiddenRecords(survey: Survey): Generator<Diagnostic> {
  for (const types of survey.names()) {
    for (const [type, { owner, place }] of types) {
      const cut = survey.cutOf(owner);
      if (cut === undefined) break;
      if (type === RRTYPE.A || type === RRTYPE.AAAA) continue;
      const isCut = cut.owner.length === owner.length;
      if (isCut && (type === RRTYPE.NS || type === RRTYPE.DS)) continue;
      const message = `${typeToText(type)} at ${nameToText(owner)} is never served: ${delegated(cut)}`;
      yield diagnose('warning', { message, remedy: 'Move it to the zone of the delegation' }, place);
    }
  }
}

function hasAddress(survey: Survey, { owner, target }: { owner: WireName; target: WireName }): boolean {
  const types = survey.typesAt(target);
  if (types?.has(RRTYPE.A) || types?.has(RRTYPE.AAAA)) return true;
  if (survey.isHost(target) || survey.hasWildcardFor(target)) return true;
  // Below another delegation its servers know the address.
  const cut = survey.cutOf(target);
  return cut !== undefined && !namesEqual(cut.owner, owner);
}

function delegated({ owner }: PlacedRecord): string {
  return `${nameToText(owner)} is delegated`;
}
