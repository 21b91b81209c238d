/**
 * The world as a policy may find it: which values each fact can have, and the facts of one query that has given ones.
 * Facts hang together: a country is on one continent, and a moment has one weekday. So no case is looked at that
 * no client can be in, as far as that is known.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Fact, parseFact, type TimePart } from '../answer/facts/fact.ts';
import { parseAddress } from '../base/net/ip.ts';
import { CONTINENTS, type PlaceField } from '../base/place-fields.ts';
import { isTimeZone } from '../base/time-zones.ts';
import { continentOf, countries } from '../geo/continent.ts';
import { checkedSlots, type Pool } from '../plan/plan.ts';
import { slotToSpare } from '../plan/pools/up-when.ts';
import { OTHER } from '../rpc/alike.ts';
import { listFile, networksText } from '../rpc/facts/network-fact.ts';
import type { FactValue, Read } from '../rpc/plan.ts';
import { NO_WAY } from '../rpc/sandbox-protocol.ts';
import { typeFromText } from '../wire/iana/rrtype.ts';
import { clientWith } from './client.ts';
import type { Literals } from './literals.ts';
import { type ClockRead, momentWith } from './moments.ts';
import type { Alternatives, WitnessQuery, World } from './tree.ts';

export interface WorldParts {
  /** The name of the host that is asked: `www.example.com`, `*.app.example.com`. */
  readonly host: string;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly literals: Literals;
  /** The moment of queries whose time is not read, in milliseconds since 1970. */
  readonly now: number;
}

const NOTHING: Alternatives = { likely: [], others: [], isAll: true };

/** The world of a policy whose text holds these literals. */
export function worldOf(parts: WorldParts): World {
  return {
    queryWith: (reads) => queryWith(reads, parts),
    alternatives: (reads) => alternatives(reads, parts),
  };
}

function queryWith(reads: readonly Read[], { host, pools, now }: WorldParts): WitnessQuery | undefined {
  const given = new Map(reads);
  const client = clientWith(reads, pools);
  if (client === undefined) return undefined;
  const moment = momentWith(clockReads(reads, pools), now);
  if (moment === undefined) return undefined;
  const health = [...pools.keys()].map((pool) => [pool, String(given.get(`health.${pool}`) ?? 'up')]);
  return {
    name: String(given.get('query.name') ?? nameBelow(host, 'sample')),
    type: String(given.get('query.type') ?? 'A'),
    facts: {
      ...client,
      now: moment,
      health: Object.fromEntries(health),
      ...listsIn(reads),
      ...wayWith(given),
    },
  };
}

/** The way of a query for which the reads come true. */
function wayWith(given: ReadonlyMap<string, FactValue>): Pick<WitnessQuery['facts'], 'way'> {
  const text = (fact: string, other: string): string => String(given.get(fact) ?? other);
  const way = {
    transport: text('query.transport', NO_WAY.transport),
    local: text('query.local', ''),
    resolver: text('client.resolver.address', ''),
    resolverCountry: text('client.resolver.country', ''),
  };
  return isDeepStrictEqual(way, NO_WAY) ? {} : { way };
}

function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

/** Which networks are in a list is not looked at: a client may be in each of them, or not. */
function listsIn(reads: readonly Read[]): Pick<WitnessQuery['facts'], 'lists'> {
  const lists = reads.flatMap(([key, value]) =>
    value === true ? (listFile(networksText(key) ?? '') ?? []) : [],
  );
  return lists.length === 0 ? {} : { lists };
}

/** A name that a host answers: its own, or one of those that its wildcard stands for (RFC 4592 §2.1.1). */
function nameBelow(host: string, label: string): string {
  return host.startsWith('*.') ? label + host.slice(1) : host;
}

function clockReads(reads: readonly Read[], pools: WorldParts['pools']): ClockRead[] {
  return reads.flatMap(([key, value]) => {
    const fact = parseFact(key, pools);
    if (fact?.kind !== 'time' || typeof value === 'boolean' || value === null) return [];
    return [{ timeZone: fact.timeZone, part: fact.part, value }];
  });
}

function alternatives(reads: readonly Read[], { host, pools, literals }: WorldParts): Alternatives {
  const [key, value] = reads.at(-1) ?? [''];
  const fact = parseFact(key, pools);
  if (fact === undefined || value === undefined) return NOTHING;
  const { all, some } = valuesOf(fact, literals, host);
  const others = [...new Set(all ?? some)].filter((other) => other !== value);
  if (all === undefined || others.length <= FEW)
    return { likely: others, others: [], isAll: all !== undefined };
  const isNamed = (other: FactValue): boolean =>
    typeof other === 'number' ? literals.numbers.has(other) : literals.texts.has(String(other));
  const unnamed = others.filter((other) => other !== null && !isNamed(other));
  const likely = others.filter((other) => other === unnamed[0] || !unnamed.includes(other));
  return { likely, others: unnamed.slice(1), isAll: true };
}

/** So many values are all tried at once. */
const FEW = 12;

interface Values {
  /** All that there are, if they can be listed. */
  readonly all?: readonly FactValue[];
  readonly some: readonly FactValue[];
}

function valuesOf(fact: Fact, literals: Literals, host: string): Values {
  switch (fact.kind) {
    case 'place':
      return fact.alike === undefined ? placeValues(fact.field, literals) : groupsOf(fact.field, fact.alike);
    case 'health':
      return listed(statesOf(fact.pool));
    case 'time':
      return timeValues(fact.part, literals);
    case 'family':
      return listed([4, 6]);
    case 'transport':
      return listed(['udp', 'tcp', 'tls', 'https']);
    case 'local':
    case 'resolver':
      return { some: [...[...literals.texts].filter(isAddress), '192.0.2.53', null] };
    case 'resolver-country':
      return listed([...countries(), null]);
    case 'in':
    case 'list':
      return listed([true, false]);
    case 'subnet':
      return { some: [...literals.texts].filter((text) => NETWORK.test(text)) };
    case 'unix':
    case 'ip':
      return { some: [] };
    case 'name':
      return namesOf(host, literals);
    case 'type':
      return { some: ['AAAA', 'A', 'HTTPS', 'TXT', 'MX', ...[...literals.texts].filter(isType)] };
    default:
      return fact satisfies never;
  }
}

/** A host that is no wildcard has one name. The labels that a policy names are tried below a wildcard. */
function namesOf(host: string, { texts }: Literals): Values {
  if (!host.startsWith('*.')) return listed([host]);
  const below = [...texts].flatMap(labelsIn).map((label) => nameBelow(host, label));
  const whole = [...texts].filter((text) => text.endsWith(host.slice(1)));
  return { some: [...below, ...whole] };
}

function labelsIn(text: string): string[] {
  return text.split('.').filter((label) => LABEL.test(label));
}

const LABEL = /^[a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?$/;

function isType(text: string): boolean {
  return text === text.toUpperCase() && typeFromText(text) !== undefined;
}

const NETWORK = /^[0-9a-fA-F:.]+\/\d{1,3}$/;

function listed(all: readonly FactValue[]): Values {
  return { all, some: all };
}

/** A pool without targets is up; one of which nothing can be spared is up or down. */
function statesOf(pool: Pool): FactValue[] {
  if (checkedSlots(pool).size === 0) return ['up'];
  return slotToSpare(pool) === undefined ? ['up', 'down'] : ['up', 'degraded', 'down'];
}

/** Of each group one, as far as there is such a place; what is in none, and what is not known. */
function groupsOf(field: PlaceField, alike: ReadonlyMap<string, string>): Values {
  const isReal = (value: string): boolean => field !== 'country' || continentOf(value) !== undefined;
  const groups = [...alike].flatMap(([value, seen]) => (isReal(value) ? [seen] : []));
  return listed([...new Set(groups), OTHER, null]);
}

function placeValues(field: PlaceField, { texts, numbers }: Literals): Values {
  switch (field) {
    case 'country':
      return listed([...countries(), null]);
    case 'continent':
      return listed([...CONTINENTS, null]);
    case 'eu':
      return listed([true, false, null]);
    case 'timeZone':
      return { some: [...[...texts].filter(isTimeZone), 'Pacific/Apia', null] };
    case 'region':
    case 'city':
      return { some: [...[...texts].filter((text) => isPlaceName(text, field)), null] };
    case 'asn':
      return { some: [...[...numbers].filter(isAsn), OTHER_ASN, null] };
    case 'organization':
      return { some: [...[...texts].filter((text) => /^\p{L}/u.test(text)), null] };
    case 'latitude':
      return { some: [...around(numbers, 90), null] };
    case 'longitude':
      return { some: [...around(numbers, 180), null] };
    default:
      return field satisfies never;
  }
}

/** One that no network has (RFC 5398). */
const OTHER_ASN = 65_551;

function isAsn(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 4_294_967_295;
}

function isPlaceName(text: string, field: 'region' | 'city'): boolean {
  return field === 'region' ? /^[A-Z0-9]{1,3}$/.test(text) : /^\p{Lu}[\p{L} .'-]+$/u.test(text);
}

/** Degrees at, below and above each number that stands in the text. */
function around(numbers: ReadonlySet<number>, most: number): number[] {
  const near = [...numbers].flatMap((number) => [number, -number]).flatMap((at) => [at - 0.5, at, at + 0.5]);
  return [...new Set([0, ...near])].filter((at) => Math.abs(at) <= most);
}

const RANGES: Readonly<Partial<Record<TimePart, readonly [first: number, last: number]>>> = {
  month: [1, 12],
  day: [1, 31],
  weekday: [1, 7],
  hour: [0, 23],
  minute: [0, 59],
};

function timeValues(part: TimePart, { texts, numbers }: Literals): Values {
  const range = RANGES[part];
  if (range !== undefined) {
    const [first, last] = range;
    return listed(Array.from({ length: last - first + 1 }, (_, index) => first + index));
  }
  // There is no last year.
  if (part === 'year')
    return { some: [...numbers].flatMap((year) => (isYear(year) ? [year - 1, year, year + 1] : [])) };
  return {
    some: [...texts].filter(isDate).flatMap((date) => [shiftDate(date, -1), date, shiftDate(date, 1)]),
  };
}

function isYear(year: number): boolean {
  return Number.isInteger(year) && year > 1970 && year < 2200;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}
