/**
 * Reads a manifest as answer processes get it: what control has read and compiled, as octets
 * (manifest-writer.ts). The records stay in these octets, however many there are, so that publishing a policy
 * makes few objects for V8 to copy and to visit.
 *
 *   manifest   TTL (4) · number (4), pools · octets of the plan that stands in for each pool without "whenDown" ·
 *              number (4), hosts · plan of the fallback
 *   pool       JSON {"name":"us","whenDown":"all"} · sets
 *   host       key · name · plan
 *   plan       octets of the plan · JSON of the plan as its author wrote it
 *              the octets: JSON, where a pool is its index · the sets or the target of each leaf that has some, in order
 *   sets       number (4) · for each: type (4) · TTL (4) · number of values (4) · number of slots (4), which is that or 0,
 *              and in each the target's number from 1 on, or 0 (4) · octets as in wire/encoded-rrset.ts
 *
 * Numbers are big-endian. Names, keys, JSON and octets have their length (4) in front. A handler's plan is empty.
 */
import { assert } from '../base/assert.ts';
import { ByteReader } from '../base/bytes.ts';
import type { Steps } from '../base/loop/steps.ts';
import { MinuteCount } from '../base/structures/minute-count.ts';
import type { PlanData } from '../rpc/plan.ts';
import { setOfOctets, UNCHECKED, uncheckedSlots } from './encoded-set.ts';
import type { Manifest, ManifestHost } from './manifest.ts';
import type { Plan, Pool, RecordSet, Weighted } from './plan.ts';
import { PoolAlias } from './pools/pool-alias.ts';

/** What answer processes need of a manifest. */
export interface SentManifest extends Pick<Manifest, 'ttl' | 'statesTtl' | 'pools' | 'fallback'> {
  readonly hosts: readonly SentHost[];
  readonly plans: SentPlans;
  readonly written: WrittenPlans;
  /** Those of its pools that have an alias, also where they stand in for others. */
  readonly aliased: readonly Pool[];
}

export interface SentHost extends Pick<ManifestHost, 'key' | 'name'> {
  /** Where {@link SentPlans} has its plan. */
  readonly place: number;
}

/** A plan in JSON, or a member of one with its weight. What is in octets, or in a pool, is not in it yet. */
export interface SentPlan {
  readonly kind?: Plan['kind'];
  readonly ttl?: number | undefined;
  /** Index of a pool. */
  readonly pool?: number | undefined;
  readonly of?: SentPlan | readonly SentPlan[] | undefined;
  readonly weight?: number | undefined;
  readonly seed?: number | undefined;
  readonly plan?: SentPlan | undefined;
}

/**
 * Reads octets that manifest-writer.ts made, and keeps them, in a step for each pool and host. `slotOf` finds
 * where health/table.ts keeps the state of a target, by its index in the manifest; called once for each.
 */
export function* sentManifestInSteps(
  octets: Uint8Array<ArrayBuffer>,
  slotOf: (index: number) => number,
): Steps<SentManifest> {
  const reader = new ManifestOctets(octets, { slotOf });
  const ttl = reader.u32();
  const statesTtl = reader.u32() === 1;
  const pools = new Map<string, Pool>();
  const aliased: Pool[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    yield;
    const pool = reader.pool();
    pools.set(pool.name, pool);
    if (pool.alias !== undefined) aliased.push(pool);
  }
  const standIns = new SentPlans(octets, [...pools.values()]);
  for (const pool of reader.poolsToComplete) {
    yield;
    const whenDown = standIns.at(reader.skip());
    assert(whenDown !== null, 'control sends what stands in for a pool');
    const complete = { ...pool, whenDown };
    pools.set(pool.name, complete);
    if (pool.alias !== undefined) aliased.push(complete);
  }
  const hosts: SentHost[] = [];
  const written: number[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    yield;
    hosts.push({ key: reader.text(), name: reader.octets(), place: reader.skip() });
    written.push(reader.skip());
  }
  const plans = new SentPlans(octets, [...pools.values()]);
  const fallback = plans.at(reader.skip());
  written.push(reader.skip());
  assert(fallback !== null && reader.isDone, 'control sends whole manifests');
  return {
    ttl,
    statesTtl,
    pools,
    hosts,
    plans,
    fallback,
    aliased,
    written: new WrittenPlans(octets, written),
  };
}

/** Plans as control compiled them; each is made whenever somebody asks. */
export class SentPlans {
  readonly #octets: Uint8Array<ArrayBuffer>;
  readonly #pools: readonly Pool[];

  constructor(octets: Uint8Array<ArrayBuffer>, pools: readonly Pool[]) {
    this.#octets = octets;
    this.#pools = pools;
  }

  /** The plan at a place; `null` if a handler decides. */
  at(place: number): Plan | null {
    return new ManifestOctets(this.#octets, { start: place, pools: this.#pools }).plan();
  }
}

/** Plans as their author wrote them; each is parsed whenever somebody asks. */
export class WrittenPlans {
  readonly #octets: Uint8Array<ArrayBuffer>;
  readonly #places: readonly number[];

  /** `places`: where the plan of each host begins in the octets, and then that of the fallback. */
  constructor(octets: Uint8Array<ArrayBuffer>, places: readonly number[]) {
    this.#octets = octets;
    this.#places = places;
  }

  get fallback(): PlanData | undefined {
    return this.ofHost(this.#places.length - 1);
  }

  /** The plan of the host at the index; `undefined` if a handler decides. */
  ofHost(index: number): PlanData | undefined {
    const text = new ManifestOctets(this.#octets, { start: this.#places[index] }).text();
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** A pool in JSON: its stand-in comes when all pools are known. */
interface SentPool extends Omit<Pool, 'sets' | 'whenDown' | 'load' | 'alias'> {
  readonly alias?: Pick<PoolAlias, 'target'>;
  readonly whenDown?: Exclude<Pool['whenDown'], Plan>;
}

interface ReadOptions {
  readonly start?: number | undefined;
  /** For plans. */
  readonly pools?: readonly Pool[];
  /** For pools. */
  readonly slotOf?: (index: number) => number;
}

class ManifestOctets {
  /** Those that have been read, and whose stand-ins follow. */
  readonly poolsToComplete: Pool[] = [];
  readonly #reader: ByteReader;
  readonly #buffer: Buffer;
  readonly #pools: readonly Pool[];
  readonly #slotOf: (index: number) => number;
  /** By target, the slot of its state. */
  readonly #slots: number[] = [];

  constructor(octets: Uint8Array<ArrayBuffer>, { start = 0, pools = [], slotOf = noSlot }: ReadOptions) {
    this.#pools = pools;
    this.#slotOf = slotOf;
    this.#reader = new ByteReader(octets, start);
    this.#buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  }

  get isDone(): boolean {
    return this.#reader.done;
  }

  u32(): number {
    return this.#reader.u32();
  }

  octets(): Uint8Array {
    return this.#reader.take(this.u32());
  }

  /** Goes on behind a text. Returns where the text begins. */
  skip(): number {
    const { position } = this.#reader;
    this.octets();
    return position;
  }

  text(): string {
    const length = this.u32();
    const { position } = this.#reader;
    this.#reader.take(length);
    return this.#buffer.toString('utf8', position, position + length);
  }

  pool(): Pool {
    const told: SentPool = JSON.parse(this.text());
    const { name, ttl, at, whenDown, upWhen, hinted, nearing, capacity, alias: aliased } = told;
    const load = capacity === undefined ? undefined : new MinuteCount();
    const sent = this.#sets();
    const alias = aliased && new PoolAlias(aliased.target, sent);
    const sets = alias === undefined ? sent : alias.take(alias.news);
    const rest = { upWhen, hinted, nearing, capacity, load, alias, overridden: undefined };
    const pool = { name, sets, ttl, at, whenDown: whenDown ?? 'all', ...rest };
    if (whenDown === undefined) this.poolsToComplete.push(pool);
    return pool;
  }

  /** A plan; `null` where a handler decides. */
  plan(): Plan | null {
    return this.u32() === 0 ? null : this.#completed(JSON.parse(this.text()));
  }

  /**
   * Makes a plan of what was sent of it, with its fields in the order in which compile-plan.ts gives them to
   * decisions: the code that answers then sees few layouts.
   */
  #completed({ kind, of, ...rest }: SentPlan): Plan {
    if (kind === 'records') return { kind, sets: this.#sets() };
    if (kind === 'pool') {
      const pool = this.#pools[rest.pool ?? -1];
      assert(pool !== undefined, 'control sends pools ahead of plans');
      return { kind, pool, ttl: rest.ttl };
    }
    if (kind === 'cname') return { kind, target: this.octets(), ttl: rest.ttl ?? 0 };
    if (of === undefined) return { kind } as Plan;
    const inside = isSeveral(of) ? of.map((member) => this.#member(member)) : this.#completed(of);
    return Object.assign({ kind, of: inside }, rest) as Plan;
  }

  #member(member: SentPlan): Plan | Weighted {
    const { weight = 0, plan, seed = 0 } = member;
    return plan === undefined ? this.#completed(member) : { weight, plan: this.#completed(plan), seed };
  }

  #sets(): RecordSet[] {
    const sets: RecordSet[] = [];
    for (let left = this.u32(); left > 0; left--) sets.push(this.#set());
    return sets;
  }

  #set(): RecordSet {
    const [type, ttl, values] = [this.u32(), this.u32(), this.u32()];
    const slots: number[] = [];
    for (let left = this.u32(); left > 0; left--) slots.push(this.#slot(this.u32()));
    return setOfOctets(type, ttl, slots.length === 0 ? uncheckedSlots(values) : slots, this.octets());
  }

  /** Of a target by its number from 1 on; 0 is none. */
  #slot(number: number): number {
    if (number === 0) return UNCHECKED;
    this.#slots[number - 1] ??= this.#slotOf(number - 1);
    return this.#slots[number - 1] ?? UNCHECKED;
  }
}

function isSeveral(of: SentPlan | readonly SentPlan[]): of is readonly SentPlan[] {
  return Array.isArray(of);
}

function noSlot(): number {
  return UNCHECKED;
}
