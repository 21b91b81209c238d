/** The rules of check.ts about hosts, the names that a policy decides: hosts obey the rules of records. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { typesWhich, typeToText } from '../wire/iana/rrtype.ts';
import { nameToText, type WireName } from '../wire/name.ts';
import { NO_NODE } from './label-tree.ts';
import type { Fault, PlacedRecord } from './place.ts';
import type { Survey } from './survey.ts';

/** A name that a policy decides. */
export interface HostName {
  readonly name: WireName;
  /** The policy may answer with a CNAME, as far as its plan shows without running it. */
  readonly isAlias: boolean;
}

export interface CheckedHost extends HostName {
  /** Turns a fault of the host into an error that points at the host in the policy. */
  diagnose(fault: Fault): Diagnostic;
}

/** What is wrong with a host; `host` is its index in the list of hosts. */
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

/** RFC 1034 §4.3.2 step 3: a lookup stops at a delegation or a DNAME, and never reaches a host below it. */
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

/** RFC 2181 §10.1: no other records stand beside a CNAME, one from a policy included. */
function* checkHostAlias(survey: Survey, host: HostName): Generator<Fault> {
  if (!host.isAlias) return;
  const other = survey.setsAt(survey.find(host.name)).find(({ type }) => !BESIDE_CNAME.has(type));
  if (other === undefined) return;
  const beside = `${typeToText(other.type)}${placeOf(survey.first(other.set))}`;
  const message = `Policy host ${nameToText(host.name)} answers with a CNAME, beside ${beside}`;
  yield { message, remedy: 'Have it answer with addresses, or remove the other records' };
}

/** Types that may stand beside a CNAME (RFC 4034 §2.5, RFC 2181 §10.1). check.ts finds a second CNAME. */
export const BESIDE_CNAME = typesWhich(({ isBesideCname }) => isBesideCname);

function placeOf({ place }: PlacedRecord): string {
  return place?.file === undefined ? '' : ` (${place.file}:${place.line})`;
}
