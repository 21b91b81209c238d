/**
 * What is known for one query, looked up when it is first read: who asks, the moment, the health of
 * pools. Every read is noted, so that the ECS scope of the answer follows from what was read and
 * from nothing else (RFC 7871 §7.2.1).
 *
 * One object per process, begun anew for each query.
 */
import { addressToText, maskBytes, type Prefix } from '../../base/net/ip.ts';
import { fnv1aOfOctets } from '../../base/structures/fnv.ts';
import { type LatencyTable, NO_ROW } from '../../geo/latency/latency-table.ts';
import { type Coordinates, type GeoSource, LOCATION_FIELDS, type LocationField } from '../../geo/location.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Pool } from '../../plan/plan.ts';
import { seenOf } from '../../rpc/alike.ts';
import { listsWith, type NetworkLists, NO_LISTS } from '../../rpc/facts/network-lists.ts';
import type { FactValue } from '../../rpc/plan.ts';
import type { FactsData } from '../../rpc/sandbox-protocol.ts';
import type { ClientSubnet } from '../../wire/client-subnet.ts';
import { PoolStates, poolHealth } from '../steering/pool-health.ts';
import { AskedLatencies } from './asked-latencies.ts';
import { AskedNetworks } from './asked-networks.ts';
import { ADDRESS_BITS, AskingClient, type Peer, SUBNET_BITS } from './asking-client.ts';
import { CLIENT, DEPENDS, Dependence } from './dependence.ts';
import { type Fact, FIELD_NEEDS, fieldsIn, NEEDS, needsOf } from './fact.ts';
import { Moment } from './moment.ts';
import { SentFacts } from './sent-facts.ts';
import { ipv4SubnetKey, subnetKeyOf } from './subnet-key.ts';
import { SubnetTexts } from './subnet-texts.ts';
import { AskedWay, OF_WAY, type WayKind } from './way.ts';

/** What steering by distance reads. */
const COORDINATES = needsOf('latitude', 'longitude');

/** Facts that stand in for what geo data says: `{ country: 'DE' }`; `null` is not known. Only explain has any. */
export type FactOverrides = Readonly<Record<string, FactValue>>;

/** As those see them that only read, which is noted. */
export type ReadFacts = Pick<Facts, 'value'> & Partial<Pick<Facts, 'subnetKey'>>;

export class Facts {
  readonly #geo: GeoSource;
  readonly #health: HealthTable;
  readonly #clock: () => number;
  readonly #moment = new Moment();
  readonly #subnetTexts = new SubnetTexts();
  readonly #poolStates = new PoolStates();
  readonly #client = new AskingClient();
  readonly #networks = new AskedNetworks();
  readonly #way: AskedWay;
  readonly #latencies: AskedLatencies;
  readonly #scratch = new Uint8Array(16);

  #overrides: FactOverrides | undefined;
  readonly #coordinates: { -readonly [K in keyof Coordinates]: Coordinates[K] } = {
    latitude: undefined,
    longitude: undefined,
  };
  #now = 0;
  readonly #dependence: Dependence;

  /** `clock` tells milliseconds since 1970. */
  constructor(
    geo: GeoSource,
    health: HealthTable,
    clock: () => number = Date.now,
    dependence: Dependence = new Dependence(),
  ) {
    this.#geo = geo;
    this.#way = new AskedWay(geo);
    this.#latencies = new AskedLatencies(geo.latencies);
    this.#health = health;
    this.#clock = clock;
    this.#dependence = dependence;
  }

  /** Forgets the query before. `peer` is who sent the packet, `subnet` what it told of its client. */
  begin(subnet: ClientSubnet, peer: Peer, overrides?: FactOverrides): void {
    this.#dependence.begin();
    this.#client.begin(subnet, peer);
    this.#networks.clear();
    this.#overrides = overrides;
    this.#now = 0;
  }

  /** The value of a fact about anything but the question, `null` where it is not known. */
  value(fact: Fact): FactValue {
    this.#dependence.note(fact.needs);
    switch (fact.kind) {
      case 'place':
        return seenOf(this.#place(fact.field), fact.alike);
      case 'health':
        return poolHealth(fact.pool, this.#health);
      case 'time':
        this.#dependence.note(DEPENDS.TIME);
        return this.#moment.part(fact.timeZone, fact.part, this.now) ?? null;
      case 'unix':
        this.#dependence.note(DEPENDS.TIME);
        return Math.floor(this.now / 1000);
      case 'subnet':
        return this.#subnetText();
      case 'family':
        return this.#client.address.family;
      case 'ip':
        return addressToText(this.#client.address);
      case 'in':
        this.#networks.note(fact.networks);
        return fact.networks.has(this.#client.address);
      case 'transport':
      case 'local':
      case 'resolver':
      case 'resolver-country':
        return this.#wayFact(fact.kind);
      case 'list':
      case 'name':
      case 'type':
        return null;
      default:
        return fact satisfies never;
    }
  }

  /** The client's network as {@link subnetKeyOf} has it. */
  subnetKey(): FactValue {
    this.#dependence.note(NEEDS.SUBNET);
    const { family, bytes } = this.#client.address;
    return family === 4
      ? ipv4SubnetKey(bytes, Math.min(SUBNET_BITS[4], this.#client.knownBits))
      : subnetKeyOf(this.#subnetText());
  }

  /** Notes what an answer depends on that was decided elsewhere. */
  note(needs: number): void {
    this.#dependence.note(needs);
  }

  /** Notes that facts were read elsewhere. */
  noteAll(facts: readonly (Fact | undefined)[]): void {
    for (const fact of facts) {
      if (fact === undefined) continue;
      this.#dependence.note(fact.needs);
      if (fact.kind === 'in') this.#networks.note(fact.networks);
      this.#dependence.note(OF_WAY[fact.kind] ?? DEPENDS.NOTHING);
    }
  }

  /** Where the client is, until the next query: its coordinates. */
  location(): Coordinates {
    this.#dependence.note(COORDINATES);
    this.#coordinates.latitude = this.#coordinate('latitude');
    this.#coordinates.longitude = this.#coordinate('longitude');
    return this.#coordinates;
  }

  /** A field of the client's place; `null` where it is not known. */
  place(field: LocationField): FactValue {
    this.#dependence.note(FIELD_NEEDS[field]);
    return this.#place(field);
  }

  get latencies(): LatencyTable | undefined {
    return this.#latencies.table;
  }

  /** The row of the client in a table of latencies, at one of its levels: its network, then country and system, system, country. */
  latencyRow(table: LatencyTable, level: number): number {
    if (!table.has(level)) return NO_ROW;
    if (level !== 0)
      return table.placeRow(level === 2 ? '' : this.place('country'), level === 3 ? 0 : this.place('asn'));
    this.#dependence.note(NEEDS.LATENCIES);
    return table.networkRow(this.#client.address);
  }

  /** 32 bits that are the same for every client of one subnet. */
  subnetHash(): number {
    this.#dependence.note(NEEDS.SUBNET);
    const { family, bytes } = this.#client.address;
    this.#scratch.set(bytes);
    maskBytes(this.#scratch, SUBNET_BITS[family]);
    return fnv1aOfOctets(this.#scratch, bytes.length, family);
  }

  /** The same as {@link now}, which is noted. */
  moment(): number {
    this.#dependence.note(DEPENDS.TIME);
    return this.now;
  }

  /** Milliseconds since 1970, the same for all of one query. */
  get now(): number {
    if (this.#now === 0) this.#now = this.#clock();
    return this.#now;
  }

  /** What was read of the client, or noted, so far: NEEDS of fact.ts. */
  get needs(): number {
    return this.#dependence.bits & CLIENT;
  }

  /**
   * With {@link placeFor}: clients for whom both are the same are the same in all that is needed, if that is of family
   * and place. Nothing is noted.
   */
  familyFor(needs: number): number {
    return (needs & CLIENT) === NEEDS.NOTHING ? 0 : this.#client.address.family;
  }

  placeFor(needs: number): number {
    const fields = fieldsIn(needs);
    const place = fields === 0 ? 0 : this.#geo.key(this.#client.address, fields);
    if ((needs & NEEDS.LATENCIES) === 0) return place;
    const { address } = this.#client;
    return fields === 0 ? this.#latencies.networkOrder(address) : this.#latencies.keyWith(place, address);
  }

  /** Whether nothing was read of the client. */
  get isForAll(): boolean {
    return this.needs === NEEDS.NOTHING;
  }

  /** Length of the largest prefix around the client for which all that was read so far is the same; 0 if it is for everyone. */
  get scope(): number {
    const { needs } = this;
    if (needs === NEEDS.NOTHING) return 0;
    const client = this.#client.address;
    const { bitsBefore } = this.#client;
    if (needs & NEEDS.ADDRESS) return bitsBefore + ADDRESS_BITS[client.family];
    const subnet = needs & NEEDS.SUBNET ? SUBNET_BITS[client.family] : 0;
    const fields = fieldsIn(needs);
    const place = fields === 0 ? 0 : this.#geo.prefixLength(client, fields);
    return Math.max(bitsBefore + Math.max(subnet, place, this.#networkBits), this.#client.leastScope);
  }

  /** Length of the largest prefix around the client no part of which is of another network that was asked for, or of another row. */
  get #networkBits(): number {
    const { address } = this.#client;
    const row = this.needs & NEEDS.LATENCIES ? this.#latencies.prefixLength(address) : 0;
    return Math.max(this.#networks.prefixLength(address), row);
  }

  /** Whether a part of the client's network is in networks that were asked for, and another is not. */
  get isInPartOfSubnet(): boolean {
    return this.#networkBits > SUBNET_BITS[this.#client.address.family];
  }

  /** All a handler may read, as its sandbox wants it. Notes nothing: the sandbox says what was read. */
  forSandbox(pools: ReadonlyMap<string, Pool>, lists: NetworkLists = NO_LISTS): FactsData {
    const address = this.#client.address;
    const place = this.#overrides && { ...this.#geo.locate(address), ...this.#overrides };
    const health = this.#poolStates.of(pools, this.#health);
    const [ip, subnet] = [addressToText(address), this.#subnetText()];
    const isIn = listsWith(address, lists);
    const way = this.#way.of(this.#client.peer);
    return new SentFacts(
      this.#geo,
      { ip, subnet, family: address.family, now: this.now, health, lists: isIn, way },
      place,
    );
  }

  /** What is known of the client, by name. Notes nothing. */
  known(): Record<string, FactValue> {
    const address = this.#client.address;
    const { family } = address;
    const place = LOCATION_FIELDS.map((field) => [field, this.#place(field)] as const);
    const known = place.filter(([, value]) => value !== null);
    return { ...Object.fromEntries(known), subnet: this.#subnetText(), family, ip: addressToText(address) };
  }

  /** A field of the client's place, `null` where it is not known. Notes nothing. */
  placeOf(field: LocationField): FactValue {
    return this.#place(field);
  }

  /** What is known of the client's address, for later. Notes nothing. */
  client(): Prefix {
    const { family, bytes } = this.#client.address;
    return { address: { family, bytes: bytes.slice() }, length: this.#client.knownBits };
  }

  #wayFact(kind: WayKind): FactValue {
    this.#dependence.note(OF_WAY[kind] ?? DEPENDS.NOTHING);
    return this.#way.value(kind, this.#client.peer);
  }

  #place(field: LocationField): FactValue {
    const given = this.#overrides?.[field];
    return (given === undefined ? this.#geo.read(this.#client.address, field) : given) ?? null;
  }

  #coordinate(field: 'latitude' | 'longitude'): number | undefined {
    const value = this.#place(field);
    return typeof value === 'number' ? value : undefined;
  }

  #subnetText(): string {
    const address = this.#client.address;
    return this.#subnetTexts.text(address, Math.min(SUBNET_BITS[address.family], this.#client.knownBits));
  }
}
