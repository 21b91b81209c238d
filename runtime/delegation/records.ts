/** Reads name servers and addresses from the records of a message. */
import { addressToText } from '../base/net/ip.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { canonicalName, namesEqual, nameToText, type WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import type { NameServers } from './delegation-views.ts';

/** A name in the form in which names are compared: lower case, with the final dot. */
export function keyOf(name: WireName): string {
  return nameToText(canonicalName(name));
}

export function ownedRecords(
  records: readonly ResourceRecord[],
  owner: WireName,
  type: number,
): readonly ResourceRecord[] {
  return records.filter((record) => record.type === type && namesEqual(record.owner, owner));
}

/** The name servers that NS records name, each with its addresses among other records. */
export function nameServersOf(
  ns: readonly ResourceRecord[],
  addresses: readonly ResourceRecord[],
): NameServers {
  return new Map(ns.map(({ rdata }) => [keyOf(rdata), addressesOf(addresses, rdata)]));
}

/** The addresses of a name among records, in order of their texts. */
export function addressesOf(records: readonly ResourceRecord[], name: WireName): string[] {
  return [RRTYPE.A, RRTYPE.AAAA]
    .flatMap((type) => ownedRecords(records, name, type))
    .map(({ rdata: bytes }) => addressToText({ family: bytes.length === 4 ? 4 : 6, bytes }))
    .sort();
}
