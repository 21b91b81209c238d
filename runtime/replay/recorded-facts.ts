/**
 * Facts as they were when a query was recorded: what its policy read then has the value it had. The client is the one
 * recorded, and all else follows from it, and from the moment. What a policy reads now and nobody recorded is noted: of
 * the place that geo data has today for the client's network, and the health of pools, which are taken to be up.
 */
import { type Fact, parseFact } from '../answer/facts/fact.ts';
import { Facts } from '../answer/facts/facts.ts';
import { parsePrefix } from '../base/net/ip.ts';
import { PLACE_FIELD_NAMES, type PlaceField } from '../base/place-fields.ts';
import type { Coordinates } from '../geo/location.ts';
import type { Pool } from '../plan/plan.ts';
import { plainName, seenOf } from '../rpc/alike.ts';
import { listFile, networksText } from '../rpc/facts/network-fact.ts';
import type { NetworkLists } from '../rpc/facts/network-lists.ts';
import type { FactValue, Read } from '../rpc/plan.ts';
import type { RecordedLine } from '../rpc/recorded-line.ts';
import type { FactsData, Way } from '../rpc/sandbox-protocol.ts';

/** What a line says of its client and of the world. */
export type RecordedWorld = Pick<RecordedLine, 'reads' | 'down' | 'client' | 'transport'>;

export class RecordedFacts extends Facts {
  /** Facts of the query that were read and are not recorded, by their plain names. */
  readonly assumed: string[] = [];
  /** Pools whose health is said to be another than it was. */
  imagined: ReadonlySet<Pool> = new Set();
  #world: RecordedWorld = NOTHING;

  /** Goes by what a line says, from the next `begin` on. */
  use(world: RecordedWorld): void {
    this.#world = world;
    if (this.assumed.length > 0) this.assumed.length = 0;
  }

  /** Notes what a run has read, as the sandbox tells it. */
  noteReads(reads: readonly Read[]): void {
    for (const [key] of reads) this.#recorded(plainName(key));
  }

  override value(fact: Fact): FactValue {
    if (fact.kind === 'place') {
      const recorded = this.#recorded(PLACE_KEYS[fact.field]);
      if (recorded === undefined) return super.value(fact);
      this.note(fact.needs);
      return seenOf(recorded, fact.alike);
    }
    const way = this.#wayRead(fact);
    if (way !== undefined) return way;
    if (fact.kind === 'in') {
      const now = super.value(fact);
      // A list may hold other networks than it did.
      return this.#recorded(fact.key) ?? now;
    }
    if (fact.kind === 'health' && !this.imagined.has(fact.pool))
      return this.#recorded(fact.key) ?? super.value(fact);
    return super.value(fact);
  }

  /** Of the way of the query, as far as the line tells it; `undefined` for other facts. */
  #wayRead(fact: Fact): FactValue | undefined {
    const { kind, key } = fact;
    if (kind === 'transport') return this.#world.transport;
    const isOfWay = kind === 'local' || kind === 'resolver' || kind === 'resolver-country';
    return isOfWay ? (this.#recorded(key) ?? null) : undefined;
  }

  override location(): Coordinates {
    const known = super.location();
    const latitude = this.#read('client.latitude');
    const longitude = this.#read('client.longitude');
    return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : known;
  }

  override place(field: PlaceField): FactValue {
    const known = super.place(field);
    const read = this.#read(PLACE_KEYS[field]);
    return read === undefined ? known : read;
  }

  override forSandbox(pools: ReadonlyMap<string, Pool>, lists?: NetworkLists): FactsData {
    const sent = super.forSandbox(pools, lists);
    return new FactsAsRead(sent, this.#healthIn(sent, pools), this.#world);
  }

  /** The same object where what was recorded is what is so. */
  #healthIn({ health }: FactsData, pools: ReadonlyMap<string, Pool>): FactsData['health'] {
    let read = health;
    for (const [fact, value] of this.#world.reads) {
      if (!fact.startsWith(HEALTH)) continue;
      const name = fact.slice(HEALTH.length);
      const pool = pools.get(name);
      if (pool === undefined || this.imagined.has(pool) || health[name] === value) continue;
      if (read === health) read = { ...health };
      Object.assign(read, { [name]: value });
    }
    return read;
  }

  /** What was read of a fact then; `undefined` where nothing was, which is noted if nothing else tells it. */
  #recorded(key: string): FactValue | undefined {
    const value = this.#read(key);
    if (value === undefined && isUntold(key, this.#world) && !this.assumed.includes(key))
      this.assumed.push(key);
    return value;
  }

  #read(key: string): FactValue | undefined {
    // There are a few of them, and most queries look for one or two.
    for (const read of this.#world.reads) if (read[0] === key) return read[1];
    return undefined;
  }
}

const NOTHING: RecordedWorld = { reads: [], client: '', transport: 'udp' };
const CLIENT = 'client.';
const HEALTH = 'health.';
const PLACE_KEYS = Object.fromEntries(PLACE_FIELD_NAMES.map((field) => [field, CLIENT + field])) as Readonly<
  Record<PlaceField, string>
>;

/** Whether no field of the line tells a fact. The moment tells the time, and the client its network and family. */
function isUntold(key: string, { client, down }: RecordedWorld): boolean {
  if (key === 'client.ip') return client.includes('/');
  if (key === 'client.subnet' || key === 'client.family') return false;
  const networks = networksText(key);
  // Which networks a list held then, nobody has recorded.
  if (networks !== undefined && listFile(networks) === undefined) return isParted(client, key);
  if (key.startsWith(CLIENT) || key === 'query.local') return true;
  if (!key.startsWith(HEALTH)) return false;
  const pool = key.slice(HEALTH.length);
  return down?.some((target) => target === pool || target.startsWith(`${pool}/`)) !== true;
}

/** Whether a part of the client's network is in networks, and another is not: then nobody knows where the client was. */
function isParted(client: string, key: string): boolean {
  const [fact, network] = [parseFact(key, NO_POOLS), parsePrefix(client)];
  if (fact?.kind !== 'in' || network === undefined) return false;
  return fact.networks.prefixLength(network.address) > network.length;
}

const NO_POOLS: ReadonlyMap<string, Pool> = new Map();

/** All that a handler may read, with what was read before as it was then. */
class FactsAsRead implements FactsData {
  readonly ip: string;
  readonly subnet: string;
  readonly family: number;
  readonly now: number;
  readonly health: FactsData['health'];
  readonly lists: readonly string[];
  readonly way: Way;
  readonly #sent: FactsData;
  readonly #reads: readonly Read[];
  #place: FactsData['place'] | undefined;

  constructor(sent: FactsData, health: FactsData['health'], { reads, transport }: RecordedWorld) {
    this.ip = sent.ip;
    this.subnet = sent.subnet;
    this.family = sent.family;
    this.now = sent.now;
    this.health = health;
    this.lists = listsRead(sent.lists ?? [], reads);
    this.way = wayRead(reads, transport);
    this.#sent = sent;
    this.#reads = reads;
  }

  get place(): FactsData['place'] {
    this.#place ??= placeWith(this.#sent.place, this.#reads);
    return this.#place;
  }
}

function wayRead(reads: readonly Read[], transport: string): Way {
  const read = new Map(reads);
  return {
    transport,
    local: String(read.get('query.local') ?? ''),
    resolver: String(read.get('client.resolver.address') ?? ''),
    resolverCountry: String(read.get('client.resolver.country') ?? ''),
  };
}

/** The lists that have the client, with what was read of them as it was then. */
function listsRead(lists: readonly string[], reads: readonly Read[]): readonly string[] {
  const read = reads.flatMap(([fact, value]) => {
    const file = listFile(networksText(fact) ?? '');
    return file === undefined ? [] : [[file, value === true] as const];
  });
  if (read.length === 0) return lists;
  const then = new Map(read);
  return [
    ...lists.filter((file) => !then.has(file)),
    ...read.flatMap(([file, isIn]) => (isIn ? [file] : [])),
  ];
}

const FIELDS: ReadonlySet<string> = new Set(PLACE_FIELD_NAMES);

/** What was read of the place of a client, by field; `null` is not known. */
export function placeRead(reads: readonly Read[]): readonly (readonly [field: string, value: FactValue])[] {
  return reads.flatMap(([fact, value]) => {
    const field = fact.startsWith(CLIENT) ? fact.slice(CLIENT.length) : '';
    return FIELDS.has(field) ? [[field, value] as const] : [];
  });
}

/** A field that was not known then has no value, whatever is known today. */
function placeWith(place: FactsData['place'], reads: readonly Read[]): FactsData['place'] {
  const read = placeRead(reads).map(([field, value]) => [field, value ?? undefined] as const);
  return read.length === 0 ? place : { ...place, ...Object.fromEntries(read) };
}
