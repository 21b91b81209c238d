/** What keys have to do with the world: looks at servers, notices to parents, and what name servers vouch for. */
import type { Logger } from '../../base/log.ts';
import type { ZoneKeys } from '../../registry/signed-zones.ts';
import { BootstrapSignals, nearestZone } from '../rolls/bootstrap-signals.ts';
import { Notices } from '../rolls/notices.ts';
import type { Outside } from '../rolls/outside.ts';
import { Rounds } from '../rolls/rounds.ts';
import type { SignedZone } from './signed-zone.ts';

export interface KeysOutsideOptions {
  readonly outside: Outside;
  readonly log: Logger;
  /** All signed zones by name. */
  readonly zones: ReadonlyMap<string, SignedZone>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Called with a zone that may have other keys, or vouch for others, than it is served with. */
  readonly onChange: (zone: string) => void;
}

type Signals = NonNullable<ZoneKeys['signals']>;

export class KeysOutside {
  readonly #zones: KeysOutsideOptions['zones'];
  readonly #onChange: (zone: string) => void;
  readonly #rounds: Rounds;
  readonly #notices: Notices;
  readonly #signals = new BootstrapSignals();
  /** Zone → the signals that it was made with. */
  readonly #given = new Map<string, string>();

  constructor({ outside, log, zones, now, onChange }: KeysOutsideOptions) {
    this.#zones = zones;
    this.#onChange = onChange;
    this.#notices = new Notices(outside, log);
    this.#rounds = new Rounds({
      outside,
      log,
      knownOf: (zone) =>
        new Map((zones.get(zone)?.facts?.nameServers ?? []).map(({ name, addresses }) => [name, addresses])),
      onStep: onChange,
      now,
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): void {
    this.#rounds.stop();
    this.#notices.stop();
  }

  /** A zone is about to be served. */
  served(signed: SignedZone): void {
    const { held, roll, facts, cds: before } = signed;
    const keys = held === undefined || 'failed' in held.keys ? undefined : held.keys;
    this.#rounds.soon(roll);
    const cds = keys?.cds ?? [];
    // After a start it is not known which CDS the parent was told of, and parents look by themselves.
    if (before !== undefined && cds.length > 0 && cds.join() !== before.join())
      this.#notices.changed(roll.zone);
    signed.cds = cds;
    // Only a first DS needs somebody to vouch for it, and the wish for none is no first DS.
    const isFirst = keys !== undefined && cds.length > 0 && roll.state?.secure === false;
    const servers = (facts?.nameServers ?? []).map(({ name }) => name);
    const asked = isFirst && roll.policy.goal === 'signed' ? { cds, cdnskeys: keys.cdnskeys } : undefined;
    this.#tellHosts(this.#signals.set(roll.zone, servers, asked));
  }

  forget({ roll: { zone } }: SignedZone): void {
    this.#rounds.forget(zone);
    this.#given.delete(zone);
    this.#tellHosts(this.#signals.set(zone, [], undefined));
  }

  /** Looks at the servers of a zone now. */
  look(zone: string): Promise<void> {
    return this.#rounds.look(zone);
  }

  /** The signals for a zone that is made now. */
  signalsIn(zone: string): Signals {
    const signals = this.#signalsIn(zone);
    this.#given.set(zone, JSON.stringify(signals));
    return signals;
  }

  hasNewSignals(zone: string): boolean {
    return JSON.stringify(this.#signalsIn(zone)) !== (this.#given.get(zone) ?? '[]');
  }

  #signalsIn(zone: string): Signals {
    return this.#signals.recordsIn(zone, (server) => this.#hostOf(server));
  }

  #hostOf(server: string): string | undefined {
    return nearestZone(server, (zone) => this.#zones.has(zone));
  }

  #tellHosts(servers: readonly string[]): void {
    const hosts = new Set(servers.map((server) => this.#hostOf(server)));
    for (const host of hosts) if (host !== undefined) this.#onChange(host);
  }
}
