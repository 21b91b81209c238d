/** The world as rolls see it: resolvers, name servers, parents. */
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isUnspecified, parseSocketAddress, type SocketAddress } from '../../base/net/socket-address.ts';
import { Resolver } from '../../delegation/resolver.ts';
import type { Observations } from '../../dnssec/rolls/observations.ts';
import { type Notified, notifyParent } from '../../dnssec/rolls/outside/notify-parent.ts';
import { observeParent, observeZone } from '../../dnssec/rolls/outside/observe.ts';
import { originOf } from '../../zone/origin.ts';

/** Name servers by their names without the final dot, with those addresses that are known. */
export type KnownServers = ReadonlyMap<string, readonly string[]>;

/** What rolls ask of the world. It never rejects: what cannot be seen is said in the observations. */
export interface Outside {
  /** `known` are the name servers of a zone that nobody delegates; its parent is not asked. */
  look(zone: string, known: KnownServers | undefined): Promise<Observations>;
  /** Tells the parent that CDS have changed (RFC 9859). */
  notify(zone: string): Promise<readonly Notified[]>;
}

export interface OutsideOptions {
  /** Resolvers to ask; none: those of the system. */
  readonly resolvers: () => readonly SocketAddress[];
  /** Where this server listens. */
  readonly listen: () => readonly SocketAddress[];
  readonly signal: AbortSignal;
}

/** Milliseconds for each question. */
const TIMEOUT_MS = 3000;
const DNS_PORT = 53;

export function createOutside({ resolvers, listen, signal }: OutsideOptions): Outside {
  const finder = () => {
    const given = resolvers();
    return new Resolver(given.length > 0 ? given : resolversOfSystem(), TIMEOUT_MS);
  };
  return {
    look: async (zone, known) => {
      const portOf = ownPorts(listen());
      const now = () => Math.floor(Date.now() / 1000);
      const options = { finder: finder(), portOf, timeoutMs: TIMEOUT_MS, now, signal };
      const origin = originOf(zone);
      if (known !== undefined) {
        return { zone: await observeZone(origin, { ...options, known }), parent: { servers: [] } };
      }
      const [ofZone, parent] = await Promise.all([
        observeZone(origin, options),
        observeParent(origin, options),
      ]);
      return { zone: ofZone, parent };
    },
    notify: (zone) => notifyParent(originOf(zone), { finder: finder(), signal }),
  };
}

/** Node lists the system's resolvers as `192.0.2.1`, and with a port where that is not 53. */
function resolversOfSystem(): SocketAddress[] {
  return getServers().flatMap((text) =>
    isIP(text) === 0 ? (parseSocketAddress(text) ?? []) : { address: text, port: DNS_PORT },
  );
}

/** Other machines ask at port 53. At addresses of this machine the server may listen at another, as in a trial. */
function ownPorts(listen: readonly SocketAddress[]): (address: string) => number {
  const own = Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address),
  );
  return (address) => {
    const exact = listen.find((each) => each.address === address);
    if (exact !== undefined) return exact.port;
    const all = listen.find((each) => isUnspecified(each.address) && isIP(each.address) === isIP(address));
    return all !== undefined && own.includes(address) ? all.port : DNS_PORT;
  };
}
