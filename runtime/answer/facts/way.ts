/**
 * The way on which a query came: its transport, our address that was asked, and who sent it. That is the client's resolver,
 * or the client itself, and no word of it about its client (ECS) counts here.
 */
import { addressToText } from '../../base/net/ip.ts';
import type { GeoSource } from '../../geo/location.ts';
import type { FactValue } from '../../rpc/plan.ts';
import type { Way } from '../../rpc/sandbox-protocol.ts';
import { ClientSubnet } from '../../wire/client-subnet.ts';
import { AskingClient, type Peer } from './asking-client.ts';
import { DEPENDS, TRANSPORT } from './dependence.ts';
import type { Fact } from './fact.ts';

export type WayKind = 'transport' | 'local' | 'resolver' | 'resolver-country';

/** What a reply depends on that goes by the way of its query. */
export const OF_WAY: Readonly<Partial<Record<Fact['kind'], number>>> = {
  transport: TRANSPORT,
  local: DEPENDS.LOCAL,
  resolver: DEPENDS.RESOLVER | DEPENDS.RESOLVER_ADDRESS,
  'resolver-country': DEPENDS.RESOLVER,
};

export class AskedWay {
  readonly #geo: Pick<GeoSource, 'read'>;
  readonly #sender = new AskingClient();

  constructor(geo: Pick<GeoSource, 'read'>) {
    this.#geo = geo;
  }

  value(kind: WayKind, peer: Peer): FactValue {
    if (kind === 'transport') return peer.transport ?? 'udp';
    if (kind === 'local') return peer.local ?? null;
    return kind === 'resolver' ? this.resolver(peer) : this.country(peer);
  }

  /** The address of the sender; `null` where nobody has sent it. */
  resolver(peer: Peer): FactValue {
    if (peer.address === '') return null;
    this.#sender.begin(NO_SUBNET, peer);
    return addressToText(this.#sender.address);
  }

  /** Its country; `null` where that is not known. */
  country(peer: Peer): FactValue {
    if (peer.address === '') return null;
    this.#sender.begin(NO_SUBNET, peer);
    return this.#geo.read(this.#sender.address, 'country') ?? null;
  }

  /** All of it, as a sandbox is told. */
  of(peer: Peer): Way {
    const { transport = 'udp', local = '' } = peer;
    return {
      transport,
      local,
      resolver: String(this.resolver(peer) ?? ''),
      resolverCountry: String(this.country(peer) ?? ''),
    };
  }
}

const NO_SUBNET = new ClientSubnet();
