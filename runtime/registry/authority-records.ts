/**
 * The static records of a zone: those of its `.zone` file and of its policy, completed from the settings by
 * what every zone needs (SOA, NS, addresses of name servers inside it).
 */
import { assert } from '../base/assert.ts';
import { parseAddress } from '../base/net/ip.ts';
import { isUnspecified } from '../base/net/socket-address.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, nameFromText, namesEqual, nameToText, type WireName } from '../wire/name.ts';
import { rdataFromText } from '../wire/rdata/registry.ts';
import type { RecordPack } from '../zone/record-pack.ts';

/** Name servers and contact of zones that do not state their own. */
export interface AuthoritySettings {
  /** If empty: `ns1` of the zone, at {@link ownAddresses}. */
  readonly nameServers: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** The contact as a domain name. Default: `hostmaster` of the zone. */
  readonly contact?: string | undefined;
  /** This and the next ones are in seconds. */
  readonly ttl: number;
  /** Default: 30. */
  readonly negativeTtl?: number | undefined;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** Addresses at which clients reach this server. */
  readonly ownAddresses: readonly string[];
}

/** Adds the records that a zone lacks. `serial` is for an SOA made here; an SOA from a file keeps its own. */
export function completeRecords(
  origin: WireName,
  records: RecordPack,
  settings: AuthoritySettings,
  serial: number,
): void {
  const servers = nameServersFor(origin, settings);
  const hasSoa = isThere(records, origin, [RRTYPE.SOA]);
  const hasNs = isThere(records, origin, [RRTYPE.NS]);
  if (!hasSoa) records.add(origin, RRTYPE.SOA, settings.ttl, soaFor(origin, servers, settings, serial));
  if (hasNs) return;
  for (const { name } of servers) records.add(origin, RRTYPE.NS, settings.ttl, name);
  for (const server of servers) addGlue(server, origin, records, settings.ttl);
}

/** What a policy denies it may grant a moment later. */
const NEGATIVE_TTL = 30;

interface NameServer {
  readonly name: WireName;
  readonly addresses: readonly string[];
}

function nameServersFor(origin: WireName, settings: AuthoritySettings): NameServer[] {
  if (settings.nameServers.length === 0) {
    // The unspecified address, which stands for all, is no address that a client can reach.
    // One address may be listened on with several ports.
    const addresses = [...new Set(settings.ownAddresses)].filter((address) => !isUnspecified(address));
    return [{ name: inZone('ns1', origin), addresses }];
  }
  return settings.nameServers.map(({ name, addresses }) => ({ name: nameOf(name), addresses }));
}

/** The SOA of the settings (RFC 1035 §3.3.13). */
function soaFor(
  origin: WireName,
  servers: readonly NameServer[],
  settings: AuthoritySettings,
  serial: number,
): Uint8Array {
  const { contact, refresh, retry, expire, negativeTtl = NEGATIVE_TTL } = settings;
  const primary = nameToText(servers[0]?.name ?? origin);
  const mailbox = nameToText(contact === undefined ? inZone('hostmaster', origin) : nameOf(contact));
  const texts = [primary, mailbox, serial, refresh, retry, expire, negativeTtl].map(String);
  const fields = texts.map((text) => ({ text, quoted: false }));
  const rdata = rdataFromText(RRTYPE.SOA, fields, origin);
  assert(rdata.ok, 'an SOA made of valid settings is valid');
  return rdata.value;
}

/** Adds addresses of a name server inside the zone, unless its files give some (RFC 1034 §4.2.1). */
function addGlue(server: NameServer, origin: WireName, records: RecordPack, ttl: number): void {
  if (!isAtOrBelow(server.name, origin)) return;
  if (isThere(records, server.name, [RRTYPE.A, RRTYPE.AAAA])) return;
  for (const text of server.addresses) {
    const address = parseAddress(text);
    if (address === undefined) continue;
    records.add(server.name, address.family === 4 ? RRTYPE.A : RRTYPE.AAAA, ttl, address.bytes);
  }
}

/** Whether there is a record of one of the types at a name. */
function isThere(records: RecordPack, owner: WireName, types: readonly number[]): boolean {
  for (let record = 0; record < records.size; record++) {
    if (types.includes(records.type(record)) && namesEqual(records.owner(record), owner)) return true;
  }
  return false;
}

/** The name of a label in the zone; the zone itself if its name is too long for another label. */
function inZone(label: string, origin: WireName): WireName {
  const name = nameFromText(label, origin);
  return name.ok ? name.value : origin;
}

/** The name that a setting states; settings are validated where they are read. */
export function nameOf(text: string): WireName {
  const name = nameFromText(text);
  assert(name.ok, `"${text}" is a domain name`);
  return name.value;
}
