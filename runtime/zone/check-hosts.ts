/** The rules of check.ts about names that a policy decides: they obey what holds for records. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { typesWhich, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { NO_NODE } from './label-tree.ts';
import type { Fault, PlacedRecord } from './place.ts';
import type { Survey } from './survey.ts';

/** A name that a policy decides. */
export interface HostName {
  readonly name: WireName;
  /** A CNAME is among its answers, as far as can be known without asking. */
  readonly isAlias: boolean;
}

export interface CheckedHost extends HostName {
  /** Makes an error of a fault of the host, with the place where the policy has it. */
  diagnose(fault: Fault): Diagnostic;
}

/** What is wrong with a host, by its place in the list of hosts. */
export interface HostFault extends Fault {
  readonly host: number;
}

/** What is wrong with the hosts of a zone. */
export function* checkHosts(survey: Survey, hosts: readonly HostName[]): Generator<HostFault> {
  for (const [host, one] of hosts.entries()) {
    for (const fault of checkHiddenHost(survey, one)) yield { ...fault, host };
    for (const fault of checkHostAlias(survey, one)) yield { ...fault, host };
  }
}

/** RFC 1034 §4.3.2 step 3: nobody is ever asked for what is below a delegation or a DNAME. */
function* checkHiddenHost(survey: Survey, host: HostName): Generator<Fault> {
  const [cut, dname] = [survey.cutOf(host.name), survey.dnameAbove(host.name)];
  const name = nameToText(host.name);
  if (cut !== NO_NODE) {
    const record = survey.first(cut);
    const message = `Policy host ${name} is never asked: ${nameToText(record.owner)} is delegated${placeOf(record)}`;
    yield { message, remedy: 'Remove the host, or the NS records of the delegation' };
  }
  if (dname !== NO_NODE) {
    const record = survey.first(dname);
    const message = `Policy host ${name} is never asked: ${nameToText(record.owner)} has a DNAME${placeOf(record)}`;
    yield { message, remedy: 'Remove the host, or the DNAME' };
  }
}

/** RFC 2181 §10.1: what a CNAME of the policy would stand beside. */
function* checkHostAlias(survey: Survey, host: HostName): Generator<Fault> {
  if (!host.isAlias) return;
  const other = survey.setsAt(survey.find(host.name)).find(({ type }) => !BESIDE_CNAME.has(type));
  if (other === undefined) return;
  const beside = `${typeToText(other.type)}${placeOf(survey.first(other.set))}`;
  const message = `Policy host ${nameToText(host.name)} answers with a CNAME, beside ${beside}`;
  yield { message, remedy: 'Have it answer with addresses, or remove the other records' };
}

/** RFC 4034 §2.5, RFC 2181 §10.1: what DNSSEC says of a CNAME. That a name has two of them is for check.ts to find. */
export const BESIDE_CNAME = typesWhich(({ isBesideCname }) => isBesideCname);

function placeOf({ place }: PlacedRecord): string {
  return place?.file === undefined ? '' : ` (${place.file}:${place.line})`;
}
