/**
 * Several sources of geo data, one in front of the other. The first that knows the country of an address says where it is,
 * in all fields of a place; the first that knows its autonomous system says whose network it is. No place is put together from several.
 */
import { BoundedMap } from '../base/bounded-map.ts';
import type { Address } from '../base/net/ip.ts';
import { ALL_FIELDS, fieldBit, type GeoSource, type Location, type LocationField } from './location.ts';

/** Fields that tell whose network it is; all others tell where it is. */
const NETWORK = fieldBit('asn') | fieldBit('organization');
const PLACE = ALL_FIELDS & ~NETWORK;

export function layered(sources: readonly GeoSource[]): GeoSource {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) return only;
  const [place, network] = [new Layers(sources, PLACE, 'country'), new Layers(sources, NETWORK, 'asn')];
  const pairs = new Pairs();
  return {
    locate(address: Address): Location {
      return {
        ...without(place.knowing(address).locate(address)),
        ...networkOf(network.knowing(address).locate(address)),
      };
    },
    read: (address, field) =>
      ((fieldBit(field) & NETWORK) === 0 ? place : network).knowing(address).read(address, field),
    key(address, fields) {
      if ((fields & NETWORK) === 0) return place.key(address, fields);
      if ((fields & PLACE) === 0) return network.key(address, fields);
      return pairs.number(place.key(address, fields), network.key(address, fields));
    },
    prefixLength: (address, fields) =>
      Math.max(place.prefixLength(address, fields), network.prefixLength(address, fields)),
  };
}

/** The layers as far as they tell some fields; `by` is known where a source knows them. */
class Layers {
  readonly #sources: readonly GeoSource[];
  readonly #fields: number;
  readonly #by: LocationField;

  constructor(sources: readonly GeoSource[], fields: number, by: LocationField) {
    this.#sources = sources;
    this.#fields = fields;
    this.#by = by;
  }

  /** The first source that knows an address; the last one, if none does. */
  knowing(address: Address): GeoSource {
    return this.#sources[this.#index(address)] ?? NOWHERE;
  }

  key(address: Address, fields: number): number {
    const index = this.#index(address);
    const own = this.#sources[index]?.key(address, fields & this.#fields) ?? 0;
    // No key of a source is larger than its table, so that all of them have room side by side.
    return own * this.#sources.length + index;
  }

  /** In all of the prefix the same source knows, and says the same. */
  prefixLength(address: Address, fields: number): number {
    const asked = fields & this.#fields;
    if (asked === 0) return 0;
    const index = this.#index(address);
    let length = 0;
    for (let at = 0; at <= index; at += 1) {
      const seen = at === index ? asked | fieldBit(this.#by) : fieldBit(this.#by);
      length = Math.max(length, this.#sources[at]?.prefixLength(address, seen) ?? 0);
    }
    return length;
  }

  #index(address: Address): number {
    const last = this.#sources.length - 1;
    for (let at = 0; at < last; at += 1)
      if (this.#sources[at]?.read(address, this.#by) !== undefined) return at;
    return last;
  }
}

/** Numbers for pairs of keys: one that was given is never given to another pair. */
class Pairs {
  readonly #known = new BoundedMap<string, number>(65_536);
  /** Below all keys of layers, and of overrides, which are above -2³⁰. */
  #next = -(2 ** 30);

  number(one: number, other: number): number {
    const pair = `${one}:${other}`;
    let number = this.#known.get(pair);
    if (number === undefined) {
      number = this.#next;
      this.#next = number === -(2 ** 31) ? -(2 ** 30) : number - 1;
      this.#known.set(pair, number);
    }
    return number;
  }
}

function without({ asn: _asn, organization: _organization, ...place }: Location): Location {
  return place;
}

function networkOf({ asn, organization }: Location): Location {
  return { ...(asn !== undefined && { asn }), ...(organization !== undefined && { organization }) };
}

const UNKNOWN: Location = {};

/** Without data all addresses are in the same place. */
export const NOWHERE: GeoSource = {
  locate: () => UNKNOWN,
  read: () => undefined,
  key: () => 0,
  prefixLength: () => 0,
};
