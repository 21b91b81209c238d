/** Plans as policies write them, evaluated for one client while the test says what is up and what is down. */
import assert from 'node:assert/strict';
import { Facts } from '../../runtime/answer/facts/facts.ts';
import { Choice } from '../../runtime/answer/steering/choice.ts';
import { Draw } from '../../runtime/answer/steering/draw.ts';
import { Steering } from '../../runtime/answer/steering/steering.ts';
import type { GeoSource } from '../../runtime/geo/location.ts';
import { probedTargets } from '../../runtime/health/combination.ts';
import { HealthTable } from '../../runtime/health/table.ts';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import { readManifest } from '../../runtime/plan/manifest.ts';
import type { Plan, Pool } from '../../runtime/plan/plan.ts';
import type { SteeringStep } from '../../runtime/rpc/explanation.ts';
import type { PlanData, PoolData, WeightedData } from '../../runtime/rpc/plan.ts';
import { ClientSubnet } from '../../runtime/wire/client-subnet.ts';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { rdataToText } from '../../runtime/wire/rdata/registry.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';
import { targetNumber } from '../support/target-number.ts';
import { name } from '../support/wire.ts';
import { GEO } from './places.ts';

const ZONE = name('example.com.');

export const pool = (named: string): PlanData => ({ kind: 'pool', pool: named });
export const records = (address: string, ttl?: number): PlanData => ({
  kind: 'records',
  records: { A: [address] },
  ...(ttl !== undefined && { ttl }),
});
export const firstHealthy = (...of: (string | PlanData)[]): PlanData => ({
  kind: 'firstHealthy',
  of: of.map(plan),
});
export const nearest = (...of: string[]): PlanData => ({ kind: 'nearest', of: of.map(pool) });
export const weighted = (weights: Weights): PlanData => ({ kind: 'weighted', of: choices(weights) });
export const fastest = (...names: string[]): PlanData => ({
  kind: 'fastest',
  of: names.map((name) => pool(name)),
});
export const leastLoaded = (...names: string[]): PlanData => ({
  kind: 'leastLoaded',
  of: names.map((name) => pool(name)),
});
export const closestByLatency = (...names: string[]): PlanData => ({
  kind: 'closestByLatency',
  of: names.map((name) => pool(name)),
});
export const shed = (low: number, high: number, ...names: string[]): PlanData => ({
  kind: 'shed',
  of: names.map((name) => pool(name)),
  low,
  high,
});
export const weightedBy = (by: 'load' | 'latency', weights: Weights): PlanData => ({
  kind: 'weighted',
  of: choices(weights),
  by,
});
export const sticky = (weights: Weights): PlanData => ({ kind: 'sticky', of: choices(weights) });
export const fence = (of: string | PlanData): PlanData => ({ kind: 'fence', of: plan(of) });
/** By place. */
export const geo = (table: Readonly<Record<string, string | PlanData>>): PlanData => ({
  kind: 'geo',
  of: Object.values(table).map(plan),
  places: Object.keys(table).map((key) => [key]),
});
export const rotate = (of: string | PlanData, count?: number): PlanData => ({
  kind: 'rotate',
  of: plan(of),
  ...(count !== undefined && { count }),
});

export const take = (of: string | PlanData, count: number): PlanData => ({
  kind: 'take',
  of: plan(of),
  count,
});

/** Pools by weight, or plans with theirs. */
type Weights = Readonly<Record<string, number>> | readonly (readonly [weight: number, plan: PlanData])[];

function choices(weights: Weights): WeightedData[] {
  if (Array.isArray(weights)) return weights.map(([weight, inner]) => ({ weight, plan: inner }));
  return Object.entries(weights).map(([named, weight]) => ({ weight, plan: pool(named) }));
}

function plan(of: string | PlanData): PlanData {
  return typeof of === 'string' ? pool(of) : of;
}

export class World {
  readonly health = new HealthTable();
  readonly facts: Facts;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly #steering: Steering;
  /** By address, or host of a URL. */
  readonly #targets = new Map<string, number>();
  readonly #plans = new Map<PlanData, Plan>();
  readonly #choice = new Choice();

  constructor(pools: Readonly<Record<string, PoolData>>, random?: () => number, source: GeoSource = GEO) {
    this.facts = new Facts(source, this.health);
    const manifest = readManifest(
      { form: 'policy', pools, fallback: { kind: 'nodata' }, hosts: {}, records: {} },
      {
        zone: ZONE,
        defaultTtl: 30,
        maxBudgetMs: 50,
        maxDeadlineMs: 500,
        checkTiming: CHECK_TIMING,
        slotOf: (checked) => {
          const address = probedTargets(checked)[0]?.address ?? assert.fail();
          return this.health.slot(this.#targets.set(address, targetNumber(checked.id)).get(address) ?? -1);
        },
      },
    );
    assert.ok(manifest.ok, manifest.ok ? '' : manifest.problem.join());
    this.pools = manifest.value.pools;
    this.#steering = new Steering(this.health, this.facts, new Draw(random));
  }

  down(...addresses: string[]): this {
    for (const address of addresses)
      this.health.set(this.#targets.get(address) ?? assert.fail(address), 'down');
    return this;
  }

  /** Milliseconds and load, NaN where they are not known. */
  measure(address: string, latencyMs: number, load = Number.NaN): this {
    this.health.setValues(this.#targets.get(address) ?? assert.fail(address), latencyMs, load);
    return this;
  }

  /** Up, and held back for flapping. */
  held(...addresses: string[]): this {
    for (const address of addresses)
      this.health.set(this.#targets.get(address) ?? assert.fail(address), 'held');
    return this;
  }

  /** So many results of an address were against its state. */
  near(address: string, against: number): this {
    this.health.setNear(this.#targets.get(address) ?? assert.fail(address), against);
    return this;
  }

  up(...addresses: string[]): this {
    for (const address of addresses)
      this.health.set(this.#targets.get(address) ?? assert.fail(address), 'up');
    return this;
  }

  /** What a plan comes to: `192.0.2.1 192.0.2.2`, `CNAME cdn.example.net.`, `nodata`. */
  answer(data: PlanData, asked: Asked = {}): string {
    const { type = 'A' } = asked;
    this.choose(data, asked);
    const { kind, rdatas, target } = this.#choice;
    const typeNumber = typeFromText(type) ?? assert.fail(type);
    if (kind === 'records') return rdatas.map((rdata) => rdataToText(typeNumber, rdata)).join(' ');
    return kind === 'cname' ? `CNAME ${nameToText(target)}` : kind;
  }

  /** For how long it holds, in seconds. */
  ttl(data: PlanData, type = 'A'): number {
    this.choose(data, { type });
    return this.#choice.ttl;
  }

  /** The longest prefix of the client's address that an answer depends on. */
  scope(data: PlanData, from: string): number {
    this.choose(data, { from });
    return this.facts.scope;
  }

  choose(data: PlanData, { type = 'A', from = '127.0.0.1', named, steps }: Asked): void {
    if (named !== undefined)
      this.#steering.named = { name: name(`${named}.`), nameLength: name(`${named}.`).length };
    this.facts.begin(NO_SUBNET, { address: from });
    const typeNumber = typeFromText(type) ?? assert.fail(type);
    this.#steering.choose(this.#compile(data), typeNumber, this.#choice, steps);
  }

  #compile(data: PlanData): Plan {
    const known = this.#plans.get(data);
    if (known !== undefined) return known;
    const compiled = compilePlan(data, { zone: ZONE, pools: this.pools, ttl: 30, apex: false });
    assert.ok(compiled.ok, compiled.ok ? '' : compiled.problem);
    this.#plans.set(data, compiled.value);
    return compiled.value;
  }
}

interface Asked {
  readonly type?: string;
  readonly from?: string;
  /** The name that is asked for. */
  readonly named?: string;
  readonly steps?: SteeringStep[];
}

const NO_SUBNET = new ClientSubnet();

/** How often each text comes up. */
export function tally(texts: Iterable<string>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

/** Numbers from 0 up to 1, the same for the same seed: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
