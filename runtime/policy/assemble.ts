/**
 * The static records of a zone: those of its `.zone` file and of its policy, and what every zone
 * needs (SOA, NS, addresses of name servers inside it) from the settings where no file says it.
 */
import { assert } from '../base/assert.ts';
import { parseAddress } from '../base/ip.ts';
import { isUnspecified } from '../base/socket-address.ts';
import type { RecordTuple } from '../rpc/control-protocol.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, nameFromText, namesEqual, nameToText, type WireName } from '../wire/name.ts';
import { canonicalRdata } from '../wire/rdata/embedded-names.ts';
import { rdataFromText } from '../wire/rdata/registry.ts';
import type { ResourceRecord } from '../wire/record.ts';

/** Who serves zones and who looks after them, for zones that do not say it themselves. */
export interface AuthoritySettings {
  /** None: `ns1` of the zone, at {@link ownAddresses}. */
  readonly nameServers: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** As a domain name. None: `hostmaster` of the zone. */
  readonly contact?: string | undefined;
  /** Seconds, all of them. */
  readonly ttl: number;
  readonly negativeTtl: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** Where this server can be reached. */
  readonly ownAddresses: readonly string[];
}

/** `serial` is for an SOA made here; one from a file keeps its own. */
export function assembleRecords(
  origin: WireName,
  fromFiles: readonly ResourceRecord[],
  settings: AuthoritySettings,
  serial: number,
): ResourceRecord[] {
  const records = withoutDuplicates(fromFiles);
  const servers = nameServersFor(origin, settings);
  if (!hasApex(records, origin, RRTYPE.SOA)) records.push(soaFor(origin, servers, settings, serial));
  if (!hasApex(records, origin, RRTYPE.NS)) {
    for (const { name } of servers) {
      records.push({ owner: origin, type: RRTYPE.NS, ttl: settings.ttl, rdata: name });
    }
    records.push(...servers.flatMap((server) => glueFor(server, origin, records, settings.ttl)));
  }
  return records;
}

/** Records as they travel to answer processes. */
export function toTuples(records: readonly ResourceRecord[]): RecordTuple[] {
  return records.map(({ owner, type, ttl, rdata }) => [
    nameToText(owner).toLowerCase(),
    type,
    ttl,
    Buffer.from(rdata).toString('base64'),
  ]);
}

interface NameServer {
  readonly name: WireName;
  readonly addresses: readonly string[];
}

function nameServersFor(origin: WireName, settings: AuthoritySettings): NameServer[] {
  if (settings.nameServers.length === 0) {
    // Listening on all addresses tells none of them.
    const addresses = settings.ownAddresses.filter((address) => !isUnspecified(address));
    return [{ name: inZone('ns1', origin), addresses }];
  }
  return settings.nameServers.map(({ name, addresses }) => ({ name: nameOf(name), addresses }));
}

/** RFC 1035 §3.3.13. */
function soaFor(
  origin: WireName,
  servers: readonly NameServer[],
  settings: AuthoritySettings,
  serial: number,
): ResourceRecord {
  const { contact, refresh, retry, expire, negativeTtl, ttl } = settings;
  const primary = nameToText(servers[0]?.name ?? origin);
  const mailbox = nameToText(contact === undefined ? inZone('hostmaster', origin) : nameOf(contact));
  const texts = [primary, mailbox, serial, refresh, retry, expire, negativeTtl].map(String);
  const fields = texts.map((text) => ({ text, quoted: false }));
  const rdata = rdataFromText(RRTYPE.SOA, fields, origin);
  assert(rdata.ok, 'an SOA made of valid settings is valid');
  return { owner: origin, type: RRTYPE.SOA, ttl, rdata: rdata.value };
}

/** Addresses of a name server inside the zone, unless its files give some (RFC 1034 §4.2.1). */
function glueFor(
  server: NameServer,
  origin: WireName,
  records: readonly ResourceRecord[],
  ttl: number,
): ResourceRecord[] {
  if (!isAtOrBelow(server.name, origin)) return [];
  const isGiven = records.some(
    ({ owner, type }) => (type === RRTYPE.A || type === RRTYPE.AAAA) && namesEqual(owner, server.name),
  );
  if (isGiven) return [];
  return server.addresses.flatMap((text) => {
    const address = parseAddress(text);
    if (address === undefined) return [];
    const type = address.family === 4 ? RRTYPE.A : RRTYPE.AAAA;
    return [{ owner: server.name, type, ttl, rdata: address.bytes }];
  });
}

function hasApex(records: readonly ResourceRecord[], origin: WireName, type: number): boolean {
  return records.some((record) => record.type === type && namesEqual(record.owner, origin));
}

/** RFC 2181 §5: a set holds a value once; a file and a policy may both name it. */
function withoutDuplicates(records: readonly ResourceRecord[]): ResourceRecord[] {
  const seen = new Map<string, ResourceRecord>();
  for (const record of records) {
    const { owner, type, rdata } = record;
    const key = `${nameToText(owner).toLowerCase()} ${type} ${Buffer.from(canonicalRdata(type, rdata)).toString('base64')}`;
    if (!seen.has(key)) seen.set(key, record);
  }
  return [...seen.values()];
}

/** A zone whose own name is as long as names can be has no room for a label: it then stands for itself. */
function inZone(label: string, origin: WireName): WireName {
  const name = nameFromText(label, origin);
  return name.ok ? name.value : origin;
}

/** Settings are validated where they are read; a name in them is a name. */
function nameOf(text: string): WireName {
  const name = nameFromText(text);
  assert(name.ok, `"${text}" is a domain name`);
  return name.value;
}
