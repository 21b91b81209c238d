/**
 * The records of a signed zone that come with its keys (DNSKEY, CDS, CDNSKEY), and those that come with
 * signatures made elsewhere, which must not stand beside ours.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { addressToText } from '../base/net/ip.ts';
import { fromBase64, toBase64 } from '../base/octets-text.ts';
import { keyTag } from '../dnssec/keys/dnskey.ts';
import { isAddressType, RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import {
  canonicalName,
  isAtOrBelow,
  nameLengthAt,
  namesEqual,
  nameToText,
  type WireName,
} from '../wire/name.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import { diagnose, type Place } from '../zone/place.ts';
import { RecordPack } from '../zone/record-pack.ts';
import { type AuthoritySettings, nameOf } from './authority-records.ts';
import type { SignedZoneFacts, ZoneKeys } from './signed-zones.ts';

/** Types that only the signer of a zone makes. */
const OF_SIGNER: ReadonlySet<number> = new Set([RRTYPE.RRSIG, RRTYPE.NSEC, RRTYPE.NSEC3, RRTYPE.NSEC3PARAM]);
/** Types that the signer before publishes at the zone's name, and that mean nothing without its signatures. */
const OF_ITS_KEYS: ReadonlySet<number> = new Set([RRTYPE.DNSKEY, RRTYPE.CDS, RRTYPE.CDNSKEY, RRTYPE.ZONEMD]);

/** Records, and for each its place among those that they were taken from. */
export interface Remaining {
  readonly records: RecordPack;
  /** Absent where all records remain. */
  readonly indices?: readonly number[];
}

/** The first record that a signer made; `undefined` if the zone is not signed. */
export function firstOfSigner(records: RecordPack): number | undefined {
  for (let record = 0; record < records.size; record++)
    if (OF_SIGNER.has(records.type(record))) return record;
  return undefined;
}

/** Takes away what a signer elsewhere has made of a zone. A zone that is not signed is left as it is. */
export function withoutSignatures(records: RecordPack): Remaining {
  if (firstOfSigner(records) === undefined) return { records };
  const rest = new RecordPack();
  const indices: number[] = [];
  for (let record = 0; record < records.size; record++) {
    const type = records.type(record);
    if (OF_SIGNER.has(type) || OF_ITS_KEYS.has(type)) continue;
    const { owner, ttl, rdata } = records.at(record);
    rest.add(owner, type, ttl, rdata);
    indices.push(record);
  }
  return { records: rest, indices };
}

/** A zone with signatures of another signer cannot be signed once more: which of them would count? */
export function signedElsewhere(
  records: RecordPack,
  record: number,
  place: Place | undefined,
  isLeaving = false,
): Diagnostic {
  const what = `${typeToText(records.type(record))} of ${nameToText(records.owner(record))}`;
  const message = `The zone is signed elsewhere (${what}), and ${isLeaving ? 'here until it is said to go unsigned' : 'the settings say that it is to be signed here'}`;
  const remedy = isLeaving
    ? 'Say "dnsteer dnssec unsign" and the name of the zone; the signatures of here go when its parent has no DS'
    : 'Set "dnssec.resign: true" to take those signatures away, or take the zone out of "dnssec.zones"';
  return { ...diagnose('error', { message, remedy }, place), code: 'DNSSEC_SIGNED' };
}

/**
 * Adds the records of the keys at the zone's name. DNSKEY, CDS and CDNSKEY of the zone's own files stand
 * beside them: they are those of another signer of the zone (RFC 8901 §2.1.2). Returns what is wrong with that.
 */
export function addKeyRecords(origin: WireName, records: RecordPack, keys: ZoneKeys): Diagnostic[] {
  const foreign = { dnskey: setAt(records, origin, RRTYPE.DNSKEY), cds: setAt(records, origin, RRTYPE.CDS) };
  const problems = problemsBeside(foreign.dnskey, foreign.cds, keys);
  if (problems.some(({ severity }) => severity === 'error')) return problems;
  const soa = setAt(records, origin, RRTYPE.SOA)[0];
  add(RRTYPE.DNSKEY, keys.dnskeys);
  add(RRTYPE.CDS, keys.cds);
  add(RRTYPE.CDNSKEY, keys.cdnskeys);
  for (const { owner, type, rdata } of keys.signals ?? []) {
    records.add(fromBase64(owner), type, keys.ttl ?? soa?.ttl ?? 0, fromBase64(rdata));
  }
  return problems;

  function add(type: number, rdatas: readonly string[]): void {
    const there = setAt(records, origin, type);
    const known = new Set(there.map(({ rdata }) => toBase64(rdata)));
    // RFC 2181 §5.2: one TTL for all records of a set.
    const ttl = there[0]?.ttl ?? keys.ttl ?? soa?.ttl ?? 0;
    for (const rdata of rdatas)
      if (!known.has(rdata)) records.add(origin, type, ttl, Buffer.from(rdata, 'base64'));
  }
}

/** Gives the SOA another serial. */
export function setSerial(origin: WireName, records: RecordPack, serial: number): void {
  const [soa] = setAt(records, origin, RRTYPE.SOA);
  if (soa === undefined || soaFromRdata(soa.rdata) === undefined) return;
  const { rdata } = soa;
  const server = nameLengthAt(rdata, 0) ?? 0;
  const at = server + (nameLengthAt(rdata, server) ?? 0);
  new DataView(rdata.buffer, rdata.byteOffset).setUint32(at, serial);
}

/** What rolls need to know of a zone's records; `settings` know addresses of name servers in other zones. */
export function factsOfZone(
  origin: WireName,
  records: RecordPack,
  dnskeys: readonly string[],
  settings: Pick<AuthoritySettings, 'nameServers'>,
): SignedZoneFacts {
  const servers = setAt(records, origin, RRTYPE.NS).map(({ rdata }) => ({
    owner: rdata,
    name: nameToText(canonicalName(rdata)).slice(0, -1),
    addresses: [] as string[],
  }));
  let longestTtl = 0;
  for (let record = 0; record < records.size; record++) {
    longestTtl = Math.max(longestTtl, records.ttl(record));
    const type = records.type(record);
    if (!isAddressType(type)) continue;
    const owner = records.owner(record);
    const bytes = records.rdata(record);
    for (const server of servers) {
      if (!namesEqual(server.owner, owner)) continue;
      server.addresses.push(addressToText({ family: type === RRTYPE.A ? 4 : 6, bytes }));
    }
  }
  for (const { name, addresses } of settings.nameServers) {
    const owner = nameOf(name);
    const outside = servers.filter((each) => namesEqual(each.owner, owner) && !isAtOrBelow(owner, origin));
    for (const server of outside) server.addresses.push(...addresses);
  }
  return { longestTtl, dnskeys, nameServers: servers.map(({ name, addresses }) => ({ name, addresses })) };
}

/** DNSKEY at the zone's name, in base64. */
export function dnskeysIn(origin: WireName, records: RecordPack): string[] {
  return setAt(records, origin, RRTYPE.DNSKEY).map(({ rdata }) => toBase64(rdata));
}

/** SOA expire in seconds; `undefined` without a sound SOA. */
export function expireOf(origin: WireName, records: RecordPack): number | undefined {
  const [soa] = setAt(records, origin, RRTYPE.SOA);
  return soa === undefined ? undefined : soaFromRdata(soa.rdata)?.expire;
}

interface SetMember {
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

function setAt(records: RecordPack, owner: WireName, type: number): SetMember[] {
  const found: SetMember[] = [];
  for (let record = 0; record < records.size; record++) {
    if (records.type(record) !== type || !namesEqual(records.owner(record), owner)) continue;
    found.push({ ttl: records.ttl(record), rdata: records.rdata(record) });
  }
  return found;
}

function problemsBeside(
  dnskeys: readonly SetMember[],
  cds: readonly SetMember[],
  keys: ZoneKeys,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const own = keys.dnskeys.map((text) => ({ text, octets: Buffer.from(text, 'base64') }));
  for (const { rdata } of dnskeys) {
    const clash = own.find(
      ({ text, octets }) => text !== toBase64(rdata) && keyTag(octets) === keyTag(rdata),
    );
    if (clash === undefined) continue;
    const message = `A DNSKEY in the files of the zone has the key tag ${keyTag(rdata)}, as has one of the keys here`;
    problems.push(foreign('error', message, 'Make another key in place of one of them'));
  }
  const algorithms = new Set(own.map(({ octets }) => octets[3]));
  const odd = dnskeys.find(({ rdata }) => !algorithms.has(rdata[3]));
  if (odd !== undefined) {
    const message = `A DNSKEY in the files of the zone is of algorithm ${odd.rdata[3]}, in which nothing is signed here`;
    const remedy = 'All signers of a zone use the same algorithm (RFC 8901 §4)';
    problems.push(foreign('warning', message, remedy));
  }
  if (cds.length > 0 && keys.cds.some((text) => Buffer.from(text, 'base64')[2] === 0)) {
    const message = 'The files of the zone have CDS records, and the keys here ask for all DS to be removed';
    problems.push(
      foreign('error', message, 'Remove the CDS and CDNSKEY records from the files (RFC 8078 §4)'),
    );
  }
  return problems;
}

function foreign(severity: Diagnostic['severity'], message: string, remedy: string): Diagnostic {
  return { code: 'DNSSEC_FOREIGN_KEY', severity, message, remedy };
}
