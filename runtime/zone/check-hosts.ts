/** The rules of check.ts about names that a policy decides: they obey what holds for records. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import type { Fault, PlacedRecord } from './place.ts';
import type { Survey } from './survey.ts';

/** A name that a policy decides. */
export interface CheckedHost {
  readonly name: WireName;
  /** A CNAME is among its answers, as far as can be known without asking. */
  readonly isAlias: boolean;
  /** Makes an error of a fault of the host, with the place where the policy has it. */
  diagnose(fault: Fault): Diagnostic;
}

/** RFC 1034 §4.3.2 step 3: nobody is ever asked for what is below a delegation or a DNAME. */
export function* checkHiddenHosts(survey: Survey): Generator<Diagnostic> {
  for (const host of survey.hosts) {
    const cut = survey.cutOf(host.name);
    const dname = survey.dnameAbove(host.name);
    const name = nameToText(host.name);
    if (cut !== undefined) {
      const message = `Policy host ${name} is never asked: ${nameToText(cut.owner)} is delegated${placeOf(cut)}`;
      yield host.diagnose({ message, remedy: 'Remove the host, or the NS records of the delegation' });
    }
    if (dname !== undefined) {
      const message = `Policy host ${name} is never asked: ${nameToText(dname.owner)} has a DNAME${placeOf(dname)}`;
      yield host.diagnose({ message, remedy: 'Remove the host, or the DNAME' });
    }
  }
}

/** RFC 2181 §10.1: what a CNAME of the policy would stand beside. */
export function* checkHostAliases(survey: Survey): Generator<Diagnostic> {
  for (const host of survey.hosts) {
    if (!host.isAlias) continue;
    const other = [...(survey.typesAt(host.name) ?? [])].find(([type]) => !BESIDE_CNAME.has(type));
    if (other === undefined) continue;
    const [type, record] = other;
    const message = `Policy host ${nameToText(host.name)} answers with a CNAME, beside ${typeToText(type)}${placeOf(record)}`;
    yield host.diagnose({ message, remedy: 'Have it answer with addresses, or remove the other records' });
  }
}

/** RFC 4034 §2.5, RFC 2181 §10.1: what DNSSEC says of a CNAME. That there are two of them is told elsewhere. */
export const BESIDE_CNAME: ReadonlySet<number> = new Set([
  RRTYPE.CNAME,
  RRTYPE.KEY,
  RRTYPE.NSEC,
  RRTYPE.RRSIG,
  RRTYPE.SIG,
]);

function placeOf({ place }: PlacedRecord): string {
  return place?.file === undefined ? '' : ` (${place.file}:${place.line})`;
}
