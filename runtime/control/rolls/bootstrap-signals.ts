/**
 * What name servers vouch for (RFC 9615): the CDS of zones that ask for their first DS, at names in the zone of
 * the name server, where that is one of ours.
 */
import { fromBase64, toBase64 } from '../../base/octets-text.ts';
import { type SignalRecord, signalRecords } from '../../dnssec/rolls/outside/signal-names.ts';
import type { ZoneKeys } from '../../registry/signed-zones.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { namesUpFrom } from '../../wire/zone-id.ts';
import { originOf } from '../../zone/origin.ts';

type Vouched = Pick<ZoneKeys, 'cds' | 'cdnskeys'>;

/** A name server of zones that ask for their first DS. */
interface NameServer {
  readonly name: string;
  /** Zone → what is vouched for. */
  readonly zones: Map<string, Vouched>;
  /** The number of the last change. */
  change: number;
}

export class BootstrapSignals {
  /** By their names, in lower case without the final dot, ... */
  readonly #servers = new Map<string, NameServer>();
  /** ... by every name that they are at or below, as zones of name servers come and go, ... */
  readonly #below = new Map<string, Set<NameServer>>();
  /** ... and those that vouch for a zone. */
  readonly #ofZone = new Map<string, readonly NameServer[]>();
  #changes = 0;

  /**
   * Notes what a zone asks for, `undefined` if nothing. Returns the name servers that now vouch for something
   * else. None in the zone itself can vouch for it.
   */
  set(zone: string, nameServers: readonly string[], asked: Vouched | undefined): string[] {
    const able = asked === undefined ? [] : nameServers.filter((server) => !isInZone(server, zone));
    const changed: string[] = [];
    for (const server of this.#ofZone.get(zone) ?? []) {
      if (able.includes(server.name)) continue;
      server.zones.delete(zone);
      this.#changed(server, changed);
    }
    if (asked === undefined || able.length === 0) {
      this.#ofZone.delete(zone);
      return changed;
    }
    const servers = [...new Set(able)].map((name) => this.#server(name));
    this.#ofZone.set(zone, servers);
    for (const server of servers) {
      if (JSON.stringify(server.zones.get(zone)) === JSON.stringify(asked)) continue;
      server.zones.set(zone, asked);
      this.#changed(server, changed);
    }
    return changed;
  }

  /** Differs where {@link recordsIn} returns other records than before; empty where it returns none. */
  editionIn(host: string, hostOf: HostOf): string {
    return this.#serversIn(host, hostOf)
      .map(({ name, change }) => `${name} ${change}`)
      .join();
  }

  /** How many zones are vouched for in a zone of name servers, once for each of those. */
  countIn(host: string, hostOf: HostOf): number {
    return this.#serversIn(host, hostOf).reduce((sum, { zones }) => sum + zones.size, 0);
  }

  /** The records for a zone in which name servers are. */
  recordsIn(host: string, hostOf: HostOf): NonNullable<ZoneKeys['signals']> {
    const records: SignalRecord[] = [];
    for (const { name, zones } of this.#serversIn(host, hostOf)) {
      for (const [zone, { cds, cdnskeys }] of zones) {
        const signalled = {
          zone: originOf(zone),
          nameServers: [originOf(name)],
          cds: cds.map(fromBase64),
          cdnskey: cdnskeys.map(fromBase64),
        };
        records.push(...signalRecords(signalled, originOf(host)));
      }
    }
    return records
      .map(({ owner, type, rdata }) => ({ owner: toBase64(owner), type, rdata: toBase64(rdata) }))
      .sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  }

  #serversIn(host: string, hostOf: HostOf): NameServer[] {
    return [...(this.#below.get(host) ?? [])].filter(({ name }) => hostOf(name) === host);
  }

  #server(name: string): NameServer {
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const server: NameServer = { name, zones: new Map(), change: 0 };
    this.#servers.set(name, server);
    for (const above of namesUpFrom(name)) {
      const servers = this.#below.get(above) ?? new Set();
      this.#below.set(above, servers.add(server));
    }
    return server;
  }

  #changed(server: NameServer, changed: string[]): void {
    this.#changes += 1;
    server.change = this.#changes;
    changed.push(server.name);
    if (server.zones.size > 0) return;
    this.#servers.delete(server.name);
    for (const above of namesUpFrom(server.name)) {
      const servers = this.#below.get(above);
      servers?.delete(server);
      if (servers?.size === 0) this.#below.delete(above);
    }
  }
}

/** Says which of our zones a name server is in. */
type HostOf = (server: string) => string | undefined;

function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

function textOf({ owner, type, rdata }: { owner: string; type: number; rdata: string }): string {
  return `${owner} ${type === RRTYPE.CDS ? 0 : 1} ${rdata}`;
}
