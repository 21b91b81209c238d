/** What a run is told of its query, for as long as it takes. Most runs are not told where the client is. */
import { parseAddress } from '../../base/net/ip.ts';
import type { GeoSource } from '../../geo/location.ts';
import type { FactsData, Way } from '../../rpc/sandbox-protocol.ts';

export class SentFacts implements FactsData {
  readonly ip: string;
  readonly subnet: string;
  readonly family: number;
  readonly now: number;
  readonly health: FactsData['health'];
  readonly lists: readonly string[];
  readonly way: Way;
  readonly #geo: Pick<GeoSource, 'locate'>;
  #place: FactsData['place'] | undefined;

  /** `place`: where it does not follow from the address. */
  constructor(
    geo: Pick<GeoSource, 'locate'>,
    { ip, subnet, family, now, health, lists, way }: Required<Omit<FactsData, 'place'>>,
    place: FactsData['place'] | undefined,
  ) {
    this.#geo = geo;
    this.#place = place;
    this.ip = ip;
    this.subnet = subnet;
    this.family = family;
    this.now = now;
    this.health = health;
    this.lists = lists;
    this.way = way;
  }

  get place(): FactsData['place'] {
    if (this.#place === undefined) {
      const address = parseAddress(this.ip);
      this.#place = address === undefined ? {} : this.#geo.locate(address);
    }
    return this.#place;
  }
}
