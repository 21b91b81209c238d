/**
 * What is known for one query, looked up when it is first read: who asks, the moment, the health of
 * pools. Every read is noted, so that the ECS scope of the answer follows from what was read and
 * from nothing else (RFC 7871 §7.2.1).
 *
 * One object per process, begun anew for each query.
 */
import { bitsBeforeIpv4, bitsOfOneKind, copyIpv4 } from '../../base/net/embedded-ipv4.ts';
import {
  type Address,
  addressToText,
  maskBytes,
  type PeerAddress,
  type Prefix,
  readPeer,
} from '../../base/net/ip.ts';
import { type Coordinates, type GeoSource, LOCATION_FIELDS, type LocationField } from '../../geo/location.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Pool } from '../../plan/plan.ts';
import { seenOf } from '../../rpc/alike.ts';
import type { FactValue } from '../../rpc/plan.ts';
import type { FactsData } from '../../rpc/sandbox-protocol.ts';
import { type ClientSubnet, ECS_FAMILY } from '../../wire/client-subnet.ts';
import { PoolStates, poolHealth } from '../steering/pool-health.ts';
import { CLIENT, DEPENDS, Dependence } from './dependence.ts';
import { type Fact, FIELD_NEEDS, fieldsIn, NEEDS, needsOf } from './fact.ts';
import { Moment } from './moment.ts';
import { SentFacts } from './sent-facts.ts';
import { ipv4SubnetKey, subnetKeyOf } from './subnet-key.ts';
import { SubnetTexts } from './subnet-texts.ts';

/** As types/policy.d.ts promises authors, and as resolvers cap what they tell (RFC 7871 §11.1). */
export const SUBNET_BITS = { 4: 24, 6: 56 } as const;
export const ADDRESS_BITS = { 4: 32, 6: 128 } as const;
/** What steering by distance reads. */
const COORDINATES = needsOf('latitude', 'longitude');

/** Facts that stand in for what geo data says: `{ country: 'DE' }`; `null` is not known. Only explain has any. */
export type FactOverrides = Readonly<Record<string, FactValue>>;

/** Whose address is looked at only where it matters. */
export interface Peer {
  readonly address: PeerAddress;
}

/** As those see them that only read, which is noted. */
export type ReadFacts = Pick<Facts, 'value'> & Partial<Pick<Facts, 'subnetKey'>>;

export class Facts {
  readonly #geo: GeoSource;
  readonly #health: HealthTable;
  readonly #clock: () => number;
  readonly #moment = new Moment();
  readonly #subnetTexts = new SubnetTexts();
  readonly #poolStates = new PoolStates();
  readonly #ipv4: Address = { family: 4, bytes: new Uint8Array(4) };
  readonly #ipv6: Address = { family: 6, bytes: new Uint8Array(16) };
  readonly #scratch = new Uint8Array(16);

  #subnet: ClientSubnet | undefined;
  #peer: Peer = NOBODY;
  #overrides: FactOverrides | undefined;
  #address: Address | undefined;
  /** Leading bits of the address that the client told. */
  #knownBits = 0;
  /** The family of the address that the client told. */
  #cameAs: 4 | 6 = 4;
  /** Bits of it that come before the IPv4 address inside, which then is the client's; 0 if there is none. */
  #bitsBefore = 0;
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
    this.#health = health;
    this.#clock = clock;
    this.#dependence = dependence;
  }

  /** Forgets the query before. `peer` is who sent the packet, `subnet` what it told of its client. */
  begin(subnet: ClientSubnet, peer: Peer, overrides?: FactOverrides): void {
    this.#dependence.begin();
    // RFC 7871 §7.1.2: a source prefix of 0 asks not to be treated by where the client is.
    this.#subnet = subnet.present && subnet.source > 0 ? subnet : undefined;
    this.#peer = peer;
    this.#overrides = overrides;
    this.#address = undefined;
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
        return this.#client().family;
      case 'ip':
        return addressToText(this.#client());
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
    const { family, bytes } = this.#client();
    return family === 4
      ? ipv4SubnetKey(bytes, Math.min(SUBNET_BITS[4], this.#knownBits))
      : subnetKeyOf(this.#subnetText());
  }

  /** Notes what an answer depends on that was decided elsewhere. */
  note(needs: number): void {
    this.#dependence.note(needs);
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

  /** 32 bits that are the same for every client of one subnet. */
  subnetHash(): number {
    this.#dependence.note(NEEDS.SUBNET);
    const { family, bytes } = this.#client();
    this.#scratch.set(bytes);
    maskBytes(this.#scratch, SUBNET_BITS[family]);
    let hash = 0x811c9dc5 ^ family;
    for (let at = 0; at < bytes.length; at += 1)
      hash = Math.imul(hash ^ (this.#scratch[at] ?? 0), 0x01000193);
    return hash;
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
    return (needs & CLIENT) === NEEDS.NOTHING ? 0 : this.#client().family;
  }

  placeFor(needs: number): number {
    const fields = fieldsIn(needs);
    return fields === 0 ? 0 : this.#geo.key(this.#client(), fields);
  }

  /** Whether nothing was read of the client. */
  get isForAll(): boolean {
    return this.needs === NEEDS.NOTHING;
  }

  /** Length of the largest prefix around the client for which all that was read so far is the same; 0 if it is for everyone. */
  get scope(): number {
    const { needs } = this;
    if (needs === NEEDS.NOTHING) return 0;
    const client = this.#client();
    if (needs & NEEDS.ADDRESS) return this.#bitsBefore + ADDRESS_BITS[client.family];
    const subnet = needs & NEEDS.SUBNET ? SUBNET_BITS[client.family] : 0;
    const fields = fieldsIn(needs);
    const place = fields === 0 ? 0 : this.#geo.prefixLength(client, fields);
    // RFC 7871 §7.3.1: scope 0 is for all networks, and what is so in one family may be otherwise in the other: so it may
    // be for who has IPv4 inside IPv6, and who has not.
    const least = this.#cameAs === 4 ? 1 : bitsOfOneKind(this.#ipv6.bytes);
    return Math.max(this.#bitsBefore + Math.max(subnet, place), least);
  }

  /** All a handler may read, as its sandbox wants it. Notes nothing: the sandbox says what was read. */
  forSandbox(pools: ReadonlyMap<string, Pool>): FactsData {
    const address = this.#client();
    const place = this.#overrides && { ...this.#geo.locate(address), ...this.#overrides };
    const health = this.#poolStates.of(pools, this.#health);
    const [ip, subnet] = [addressToText(address), this.#subnetText()];
    return new SentFacts(this.#geo, ip, subnet, address.family, this.now, health, place);
  }

  /** What is known of the client, by name. Notes nothing. */
  known(): Record<string, FactValue> {
    const address = this.#client();
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
    const { family, bytes } = this.#client();
    return { address: { family, bytes: bytes.slice() }, length: this.#knownBits };
  }

  #place(field: LocationField): FactValue {
    const given = this.#overrides?.[field];
    return (given === undefined ? this.#geo.read(this.#client(), field) : given) ?? null;
  }

  #coordinate(field: 'latitude' | 'longitude'): number | undefined {
    const value = this.#place(field);
    return typeof value === 'number' ? value : undefined;
  }

  #subnetText(): string {
    const address = this.#client();
    return this.#subnetTexts.text(address, Math.min(SUBNET_BITS[address.family], this.#knownBits));
  }

  /** The client if its resolver told its network, else the resolver (RFC 7871 §7.2.1). */
  #client(): Address {
    this.#address ??= this.#subnet === undefined ? this.#fromPeer() : this.#fromSubnet(this.#subnet);
    return this.#address;
  }

  #fromSubnet({ family, source, address }: ClientSubnet): Address {
    return this.#keep(address, family === ECS_FAMILY.IPV6 ? 6 : 4, source);
  }

  #fromPeer(): Address {
    const family = readPeer(this.#peer.address, this.#scratch);
    if (family === 0) this.#scratch.fill(0);
    const kind = family === 6 ? 6 : 4;
    return this.#keep(this.#scratch, kind, ADDRESS_BITS[kind]);
  }

  /** Of an address, `knownBits` are known. The IPv4 address inside one of IPv6 stands for it, as far as it is known. */
  #keep(address: Uint8Array, family: 4 | 6, knownBits: number): Address {
    const into = family === 4 ? this.#ipv4 : this.#ipv6;
    copy(address, into.bytes);
    const bitsBefore = family === 4 ? 0 : bitsBeforeIpv4(into.bytes);
    this.#cameAs = family;
    this.#bitsBefore = bitsBefore;
    this.#knownBits = Math.max(0, knownBits - bitsBefore);
    if (bitsBefore === 0) return into;
    copyIpv4(into.bytes, bitsBefore, this.#ipv4.bytes);
    return this.#ipv4;
  }
}

const NOBODY: Peer = { address: '' };

/** As much as there is room for. Not by `subarray`, which makes an object. */
function copy(from: Uint8Array, into: Uint8Array): void {
  for (let at = 0; at < into.length; at += 1) into[at] = from[at] ?? 0;
}
