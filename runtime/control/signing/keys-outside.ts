/** What keys have to do with the world: looks at servers, notices to parents, and what name servers vouch for. */
import type { Logger } from '../../base/log.ts';
import type { ZoneKeys } from '../../registry/signed-zones.ts';
import { nearestZone } from '../../wire/zone-id.ts';
import { BootstrapSignals } from '../rolls/bootstrap-signals.ts';
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
  /** Zone → the edition of the signals that it was made with. */
  readonly #given = new Map<string, string>();
  /** Zones of name servers that vouch for others soon. */
  readonly #told = new Map<string, NodeJS.Timeout>();

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
    for (const timer of this.#told.values()) clearTimeout(timer);
    this.#told.clear();
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
    this.#given.set(zone, this.#signals.editionIn(zone, this.#hostOf));
    return this.#signals.recordsIn(zone, this.#hostOf);
  }

  hasNewSignals(zone: string): boolean {
    const edition = this.#signals.editionIn(zone, this.#hostOf);
    return edition !== (this.#given.get(zone) ?? '');
  }

  /** The zone here that a name server is in. */
  readonly #hostOf = (server: string): string | undefined =>
    nearestZone(server, (zone) => this.#zones.has(zone));

  #tellHosts(servers: readonly string[]): void {
    const hosts = new Set(servers.map(this.#hostOf));
    for (const host of hosts) if (host !== undefined) this.#tellHost(host);
  }

  /** A zone that vouches for ten thousand others is not made anew for each of them. */
  #tellHost(host: string): void {
    const pause = MS_FOR_EACH * this.#signals.countIn(host, this.#hostOf);
    if (pause < MOST_AT_ONCE * MS_FOR_EACH) this.#onChange(host);
    else if (!this.#told.has(host)) {
      const timer = setTimeout(() => {
        this.#told.delete(host);
        this.#onChange(host);
      }, pause).unref();
      this.#told.set(host, timer);
    }
  }
}

/** So many zones are vouched for at once; else so many milliseconds later for each of them. */
const MOST_AT_ONCE = 100;
const MS_FOR_EACH = 1;
