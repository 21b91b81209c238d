/** Maps of `geoip`: which order of datacenters a client gets, by its network and its place (gdnsd-plugin-geoip(8)). */
import path from 'node:path';
import { isInPrefix, type Prefix, parsePrefix, prefixToText } from '../../base/net/ip.ts';
import type { Condition, DecisionDraft } from '../draft.ts';
import { NotUnderstood } from '../imported.ts';
import { readImportFile } from './config.ts';
import type { GdnsdContext } from './context.ts';
import { flagAt, hashAt, hashOf, numberAt, numberOf, textAt, textsOf, vscfItems } from './fields.ts';
import { parseVscf, type Vscf, type VscfHash } from './vscf.ts';

/** Names of datacenters, or by distance. */
export type Order = readonly string[] | 'auto';

export interface GeoMap {
  readonly networks: readonly { readonly prefix: Prefix; readonly order: readonly string[] }[];
  readonly places: VscfHash | undefined;
  /** Of clients of whom nothing is known. */
  readonly fallback: Order;
  /** Of datacenters that take part in `auto`, in the order of the map. */
  readonly coordinates: ReadonlyMap<string, readonly [latitude: number, longitude: number]>;
  /** 0 is no limit. */
  readonly autoLimit: number;
}

export function readGeoMap(name: string, hash: VscfHash, context: GdnsdContext): GeoMap {
  const listed = hash.entries.get('datacenters');
  if (listed === undefined) {
    throw new NotUnderstood(hash.place, `Map "${name}" has no datacenters`, 'Write datacenters => [ … ]');
  }
  const datacenters = textsOf(listed, 'A datacenter');
  const coords = hashAt(hash, 'auto_dc_coords');
  tellDifferences(name, hash, context);
  return {
    networks: readNetworks(hash, context),
    places: hashAt(hash, 'map'),
    fallback: coords === undefined ? datacenters : 'auto',
    coordinates: new Map(
      datacenters.flatMap((each) => {
        const place = coords?.entries.get(each);
        return place === undefined ? [] : [[each, coordinatesOf(place)] as const];
      }),
    ),
    autoLimit: numberAt(hash, 'auto_dc_limit') ?? 3,
  };
}

function coordinatesOf(value: Vscf): readonly [number, number] {
  const [latitude, longitude, third] = vscfItems(value).map((item) => numberOf(item, 'A coordinate'));
  if (latitude === undefined || longitude === undefined || third !== undefined) {
    throw new NotUnderstood(
      value.place,
      'These are no coordinates',
      'Write [ 50.1, 8.7 ]: latitude and longitude',
    );
  }
  return [latitude, longitude];
}

function tellDifferences(name: string, hash: VscfHash, { report }: GdnsdContext): void {
  const database = textAt(hash, 'geoip2_db');
  if (database !== undefined) {
    report.add('note', hash.place, {
      what: `map ${name}`,
      why: `it goes by the places in ${database}`,
      instead: 'the places that the geo data of the server tell',
      remedy: `Write "geo: { files: [${database}] }" into dnsteer.yaml to go by the same file`,
    });
  }
  if (!flagAt(hash, 'ignore_ecs')) return;
  report.add('changed', hash.place, {
    what: `map ${name}`,
    why: 'ignore_ecs has it go by the address of the resolver',
    instead: 'the network of the client, where the resolver tells it (ECS)',
    remedy: 'Read client.resolver.country in place of client.country where the resolver is meant',
  });
}

function readNetworks(hash: VscfHash, context: GdnsdContext): GeoMap['networks'] {
  const value = hash.entries.get('nets');
  if (value === undefined) return [];
  const nets =
    value.kind === 'text' ? externalNets(value.text, value.place, context) : hashOf(value, '"nets"');
  return [...nets.entries].map(([text, order]) => {
    const prefix = parsePrefix(text);
    if (prefix === undefined)
      throw new NotUnderstood(order.place, `"${text}" is no network`, 'Write 192.0.2.0/24');
    return { prefix, order: textsOf(order, 'A datacenter') };
  });
}

/** Files that the plugin names are in a folder of their own. */
function externalNets(name: string, place: Vscf['place'], { folder }: GdnsdContext): VscfHash {
  const file = path.resolve(folder, 'geoip', name);
  const shown = path.relative(path.resolve(folder), file);
  const read = readImportFile(path.join(folder, shown), place);
  const noIncludes = (): never => {
    throw new NotUnderstood(place, 'A file of networks includes another', 'Write the networks into it');
  };
  return hashOf(parseVscf(path.join(folder, shown), read, noIncludes), 'A file of networks');
}

/** The decision of a map, given that of each order. */
export function mapDecision(
  map: GeoMap,
  decide: (order: Order) => DecisionDraft | undefined,
): DecisionDraft | undefined {
  const top = map.places?.entries.get('default');
  const fallback = decide(top === undefined ? map.fallback : orderOf(top));
  if (fallback === undefined) return undefined;
  const places = map.places === undefined ? fallback : placesDecision(map.places, 0, fallback, decide);
  return networkGroups(map.networks).reduceRight((no: DecisionDraft, { networks, order }): DecisionDraft => {
    const yes = decide(order) ?? { kind: 'nodata' };
    return { kind: 'if', when: { fact: 'network', in: networks }, yes, no };
  }, places);
}

function orderOf(value: Vscf): Order {
  if (value.kind === 'text' && value.text === 'auto') return 'auto';
  return textsOf(value, 'A datacenter');
}

/** Continents hold countries, these subdivisions and cities; what is not told is that of the level above. */
function placesDecision(
  hash: VscfHash,
  level: number,
  otherwise: DecisionDraft,
  decide: (order: Order) => DecisionDraft | undefined,
): DecisionDraft {
  const own = level > 0 ? hash.entries.get('default') : undefined;
  const last = (own && decide(orderOf(own))) ?? otherwise;
  const entries = [...hash.entries].filter(([key]) => key !== 'default');
  // A subdivision is more than a city that has its name.
  entries.sort(([a], [b]) => Number(isCity(a, level)) - Number(isCity(b, level)));
  return entries.reduceRight((no: DecisionDraft, [key, value]): DecisionDraft => {
    const yes =
      value.kind === 'hash'
        ? placesDecision(value, level + 1, last, decide)
        : (decide(orderOf(value)) ?? last);
    return { kind: 'if', when: placeCondition(key, level), yes, no };
  }, last);
}

function placeCondition(key: string, level: number): Condition {
  if (level === 0) return { fact: 'continent', is: [key.toUpperCase()] };
  if (level === 1) return { fact: 'country', is: [key.toUpperCase()] };
  return isCity(key, level) ? { fact: 'city', is: [key] } : { fact: 'region', is: [key.toUpperCase()] };
}

/** Codes of subdivisions have up to three letters or digits (ISO 3166-2). */
function isCity(key: string, level: number): boolean {
  return level > 1 && !/^[A-Z\d]{1,3}$/.test(key);
}

/**
 * Networks with one order, as conditions that are asked in turn: longer networks stand before those that hold them. Where
 * none lies in one with another order, each order is asked once.
 */
function networkGroups(networks: GeoMap['networks']): { networks: string[]; order: readonly string[] }[] {
  const sorted = networks.toSorted((a, b) => b.prefix.length - a.prefix.length);
  const isNested = sorted.some((inner, index) =>
    sorted
      .slice(index + 1)
      .some((outer) => inner.order.join() !== outer.order.join() && holds(outer.prefix, inner.prefix)),
  );
  const groups: { networks: string[]; order: readonly string[] }[] = [];
  for (const { prefix, order } of sorted) {
    const same = isNested ? groups.slice(-1) : groups;
    const group = same.find((each) => each.order.join() === order.join());
    if (group === undefined) groups.push({ networks: [prefixToText(prefix)], order });
    else group.networks.push(prefixToText(prefix));
  }
  return groups;
}

function holds(outer: Prefix, inner: Prefix): boolean {
  return outer.address.family === inner.address.family && isInPrefix(inner.address.bytes, outer);
}
