/**
 * What name servers vouch for (RFC 9615): the CDS of zones that ask for their first DS, at names in the zone of
 * the name server, where that is one of ours.
 */
import { type SignalRecord, signalRecords } from '../../dnssec/rolls/outside/signal-names.ts';
import type { ZoneKeys } from '../../registry/signed-zones.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { originOf } from '../../zone/origin.ts';

type Vouched = Pick<ZoneKeys, 'cds' | 'cdnskeys'>;

export class BootstrapSignals {
  /** Name server, in lower case without the final dot → zone → what it vouches for. */
  readonly #vouched = new Map<string, Map<string, Vouched>>();

  /**
   * Notes what a zone asks for, `undefined` if nothing. Returns the name servers that now vouch for something
   * else.
   */
  set(zone: string, nameServers: readonly string[], asked: Vouched | undefined): string[] {
    const changed: string[] = [];
    for (const [server, zones] of this.#vouched) {
      if (asked !== undefined && nameServers.includes(server)) continue;
      if (zones.delete(zone)) changed.push(server);
      if (zones.size === 0) this.#vouched.delete(server);
    }
    if (asked === undefined) return changed;
    for (const server of nameServers) {
      const zones = this.#vouched.get(server) ?? new Map<string, Vouched>();
      if (JSON.stringify(zones.get(zone)) === JSON.stringify(asked)) continue;
      this.#vouched.set(server, zones.set(zone, asked));
      changed.push(server);
    }
    return changed;
  }

  /** The records for a zone in which name servers are; `hostOf` says which of our zones a name server is in. */
  recordsIn(host: string, hostOf: (server: string) => string | undefined): NonNullable<ZoneKeys['signals']> {
    const records: SignalRecord[] = [];
    for (const [server, zones] of this.#vouched) {
      if (hostOf(server) !== host) continue;
      for (const [zone, { cds, cdnskeys }] of zones) {
        const signalled = {
          zone: originOf(zone),
          nameServers: [originOf(server)],
          cds: cds.map(octets),
          cdnskey: cdnskeys.map(octets),
        };
        records.push(...signalRecords(signalled, originOf(host)));
      }
    }
    return records
      .map(({ owner, type, rdata }) => ({ owner: base64(owner), type, rdata: base64(rdata) }))
      .sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  }
}

/** The zone among some that a name is in; `undefined` if it is in none. */
export function nearestZone(name: string, isZone: (zone: string) => boolean): string | undefined {
  for (let at = name; ; ) {
    if (isZone(at)) return at;
    const dot = at.indexOf('.');
    if (dot === -1) return undefined;
    at = at.slice(dot + 1);
  }
}

function textOf({ owner, type, rdata }: { owner: string; type: number; rdata: string }): string {
  return `${owner} ${type === RRTYPE.CDS ? 0 : 1} ${rdata}`;
}

function octets(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
