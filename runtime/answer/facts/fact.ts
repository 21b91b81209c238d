/**
 * Facts a policy may read, by key: what each needs of the client to be known again, and therefore
 * how narrow the ECS scope of an answer that read it must be (RFC 7871 §7.2.1).
 */

import { BoundedMap } from '../../base/bounded-map.ts';
import type { NetworkSet } from '../../base/net/network-set.ts';
import { networkSetOf } from '../../base/net/network-set-builder.ts';
import { isTimeZone } from '../../base/time-zones.ts';
import { ALL_FIELDS, fieldBit, LOCATION_FIELDS, type LocationField } from '../../geo/location.ts';
import type { Pool } from '../../plan/plan.ts';
import { alikeFrom } from '../../rpc/alike.ts';
import { listFile, networksIn, networksText } from '../../rpc/facts/network-fact.ts';
import type { NetworkLists } from '../../rpc/facts/network-lists.ts';
import type { FactValue } from '../../rpc/plan.ts';

const PLACE_SHIFT = 4;

/** What part of a client's address an answer depends on: a set of bits. */
export const NEEDS = {
  NOTHING: 0,
  /** Which of the two families; half of each is the widest prefix that says so. */
  FAMILY: 1,
  /** /24 or /56. */
  SUBNET: 2,
  /** Every bit. */
  ADDRESS: 4,
  /** On which side of the borders of some networks; the facts that were read say of which. */
  NETWORKS: 8,
  /** Of which row of the table of latencies its network is. */
  LATENCIES: 1 << 19,
  /** All that geo data knows; each field of it has a bit of its own. */
  PLACE: ALL_FIELDS << PLACE_SHIFT,
} as const;

export const TIME_PARTS = ['year', 'month', 'day', 'weekday', 'hour', 'minute', 'date'] as const;
export type TimePart = (typeof TIME_PARTS)[number];

/** One fact, its key taken apart once so that reading it is a switch. */
export type Fact = { readonly key: string; readonly needs: number } & (
  | {
      readonly kind: 'place';
      readonly field: LocationField;
      /** What stands for a value, where the policy compares it only, and sees no more than that. */
      readonly alike: ReadonlyMap<string, string> | undefined;
    }
  | { readonly kind: 'subnet' | 'family' | 'ip' | 'unix' }
  | { readonly kind: 'in'; readonly networks: NetworkSet }
  /** Where nobody has the lists of the policy. */
  | { readonly kind: 'list'; readonly file: string }
  | { readonly kind: 'time'; readonly timeZone: string | undefined; readonly part: TimePart }
  | { readonly kind: 'health'; readonly pool: Pool }
  /** Of the question, not of the client. */
  | { readonly kind: 'name' | 'type' }
  /** Of the way on which the question came: who sent it need not be the client. */
  | { readonly kind: 'transport' | 'local' | 'resolver' | 'resolver-country' }
);

const CLIENT = 'client.';
const HEALTH = 'health.';
const TIME = /^time(?:@(?<timeZone>.+))?\.(?<part>[a-z]+)$/;

/** Takes a key apart; `undefined` where there is no such fact. `lists` are those of the policy, where they are known. */
export function parseFact(
  key: string,
  pools: ReadonlyMap<string, Pool>,
  lists?: NetworkLists,
): Fact | undefined {
  if (key.startsWith(CLIENT)) return parseClientFact(key, key.slice(CLIENT.length), lists);
  if (key.startsWith(HEALTH)) {
    const pool = pools.get(key.slice(HEALTH.length));
    return pool && { key, needs: NEEDS.NOTHING, kind: 'health', pool };
  }
  if (key === 'query.name') return { key, needs: NEEDS.NOTHING, kind: 'name' };
  if (key === 'query.type') return { key, needs: NEEDS.NOTHING, kind: 'type' };
  if (key === 'query.transport') return { key, needs: NEEDS.NOTHING, kind: 'transport' };
  if (key === 'query.local') return { key, needs: NEEDS.NOTHING, kind: 'local' };
  return parseTimeFact(key);
}

/** What a read of these fields of a place needs. */
export function needsOf(...fields: readonly LocationField[]): number {
  return fields.reduce<number>((needs, field) => needs | (fieldBit(field) << PLACE_SHIFT), NEEDS.NOTHING);
}

/** What a read of each field of a place needs. */
export const FIELD_NEEDS = Object.fromEntries(
  LOCATION_FIELDS.map((field) => [field, needsOf(field)]),
) as Readonly<Record<LocationField, number>>;

/** The fields of a place among what is needed. */
export function fieldsIn(needs: number): number {
  return (needs >> PLACE_SHIFT) & ALL_FIELDS;
}

function parseClientFact(key: string, name: string, lists: NetworkLists | undefined): Fact | undefined {
  switch (name) {
    case 'subnet':
      return { key, needs: NEEDS.SUBNET, kind: 'subnet' };
    case 'family':
      return { key, needs: NEEDS.FAMILY, kind: 'family' };
    case 'ip':
      return { key, needs: NEEDS.ADDRESS, kind: 'ip' };
    // What one resolver gets is for all of its clients: it narrows no scope.
    case 'resolver.address':
      return { key, needs: NEEDS.NOTHING, kind: 'resolver' };
    case 'resolver.country':
      return { key, needs: NEEDS.NOTHING, kind: 'resolver-country' };
    default:
      return parsePlaceFact(key, name) ?? parseNetworkFact(key, lists);
  }
}

/** `client.in(10.0.0.0/8,2001:db8::/32)`, `client.in(@lists/partners.txt)`. */
function parseNetworkFact(key: string, lists: NetworkLists | undefined): Fact | undefined {
  const text = networksText(key);
  if (text === undefined) return undefined;
  const file = listFile(text);
  if (file !== undefined) {
    if (lists === undefined) return { key, needs: NEEDS.NETWORKS, kind: 'list', file };
    const listed = lists.get(file);
    return listed && { key, needs: NEEDS.NETWORKS, kind: 'in', networks: listed };
  }
  const known = networkFacts.get(key);
  if (known !== undefined) return known;
  const prefixes = networksIn(text);
  if (prefixes === undefined) return undefined;
  const fact: Fact = { key, needs: NEEDS.NETWORKS, kind: 'in', networks: networkSetOf(prefixes) };
  networkFacts.set(key, fact);
  return fact;
}

/** Policies name the same networks again and again, and sandboxes can name any: so many are kept. */
const networkFacts = new BoundedMap<string, Fact>(1024);

/** `client.country`, or `client.country~DE,FR` of a policy that compares countries with these. */
function parsePlaceFact(key: string, name: string): Fact | undefined {
  const [before = '', ...groups] = name.split('~');
  const field = LOCATION_FIELDS.find((known) => known === before);
  const alike = groups.length === 0 ? undefined : alikeFrom(groups.join('~'));
  if (field === undefined || (groups.length > 0 && alike === undefined)) return undefined;
  return { key, needs: needsOf(field), kind: 'place', field, alike };
}

function parseTimeFact(key: string): Fact | undefined {
  const { timeZone, part: name } = TIME.exec(key)?.groups ?? {};
  if (name === 'unix' && timeZone === undefined) return { key, needs: NEEDS.NOTHING, kind: 'unix' };
  const part = TIME_PARTS.find((known) => known === name);
  // Another spelling of a name is no other fact: the prelude writes the one name.
  if (timeZone !== undefined && !isTimeZone(timeZone)) return undefined;
  return part && { key, needs: NEEDS.NOTHING, kind: 'time', timeZone, part };
}

/** One fact that was read, with the value it had. */
export interface PastRead {
  readonly fact: Fact;
  readonly value: FactValue;
}
