/**
 * Plans as data → plans to evaluate. The data comes from a sandbox and may be anything at all: what
 * passes here is bounded in size, names only pools that exist, and always yields an answer that DNS
 * allows and a message can carry.
 */

import { type Fields, isFields, isWhole, problemAt } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import type { Steps } from '../base/loop/steps.ts';
import { WorkMeter } from '../base/loop/work-meter.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { absoluteNameFromText, ROOT, type WireName } from '../wire/name.ts';
import { MAX_TTL } from '../wire/ttl.ts';
import { compileRecords, holdsCname, type RecordUnit } from './compile-records.ts';
import type { Plan, Pool, RecordSet, Weighted } from './plan.ts';

const MAX_WEIGHT = 1_000_000;
const MAX_DEPTH = 8;
const MAX_NODES = 256;
/** Values of the pools a plan names, each time it does: all may be looked at for one query. */
const MAX_POOL_VALUES = 4096;
/**
 * What the records of one plan may take, those of pools not counted. A policy may return the worst of plans for each
 * query, and an answer process takes a millisecond at most to read it.
 */
export const PLAN_WORK = { values: 512, characters: 10_240, octets: 131_072 };
/** Characters of a name shown in a problem. */
const MAX_SHOWN = 100;
const TOO_LARGE = `The plan has over ${MAX_NODES} parts`;

export interface PlanContext {
  readonly zone: WireName;
  readonly pools: ReadonlyMap<string, Pool>;
  /** Seconds, where neither the plan nor the pool says. */
  readonly ttl: number;
  /** Whether the plan can answer for the zone's own name, where no CNAME may stand. */
  readonly apex: boolean;
  /** Whether there are static records at the name that it answers for, beside which no CNAME may stand either. */
  readonly sharesName?: boolean;
}

/** Of several plans, to be added up. */
export type PlanWork = WorkMeter<RecordUnit>;

/**
 * Checks and translates a plan, within {@link PLAN_WORK}; what it took is taken from `all` as well. A problem is led by
 * where it is: `hosts.www.firstHealthy[1].A[0]: …`.
 */
export function compilePlan(data: unknown, context: PlanContext, path = '', all?: PlanWork): Result<Plan> {
  const meter = new WorkMeter<RecordUnit>('one plan', PLAN_WORK);
  const compiler = new PlanCompiler(context, meter);
  const plan = compiler.plan(data, path, context.ttl, 1);
  all?.takeAll(meter);
  return compiler.problem === undefined ? ok(plan) : fail(compiler.problem);
}

/** The same, with a step for all but the records, and one for each set of these. */
export function* compilePlanInSteps(
  data: unknown,
  context: PlanContext,
  path: string,
  all: PlanWork,
): Steps<Result<Plan>> {
  const meter = new WorkMeter<RecordUnit>('one plan', PLAN_WORK);
  const unread: UnreadRecords[] = [];
  const compiler = new PlanCompiler(context, meter, unread);
  const plan = compiler.plan(data, path, context.ttl, 1);
  for (const records of unread) {
    yield;
    compiler.read(records);
  }
  all.takeAll(meter);
  return compiler.problem === undefined ? ok(plan) : fail(compiler.problem);
}

/** Records of a plan that are yet to be read, and where to. */
interface UnreadRecords {
  readonly data: unknown;
  readonly path: string;
  /** Seconds. */
  readonly ttl: number;
  readonly into: RecordSet[];
}

/** Stands in for what cannot be read; the problem noted with it keeps it from being used. */
const NOTHING: Plan = { kind: 'nodata' };

/** Recursion with an error that sticks: the first problem counts, and later results are never looked at. */
class PlanCompiler {
  readonly #context: PlanContext;
  readonly #meter: PlanWork;
  readonly #unread: UnreadRecords[] | undefined;
  #problem: string | undefined;
  #nodes = 0;
  #poolValues = 0;

  /** With a list of what is `unread`, records are put into it, for {@link read}. */
  constructor(context: PlanContext, meter: PlanWork, unread?: UnreadRecords[]) {
    this.#context = context;
    this.#meter = meter;
    this.#unread = unread;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** `ttl` is what counts where nothing inside the plan says another. */
  plan(data: unknown, path: string, ttl: number, depth: number): Plan {
    if (this.#problem !== undefined) return NOTHING;
    if (depth > MAX_DEPTH) return this.#refuse(path, `The plan is nested deeper than ${MAX_DEPTH} levels`);
    if (!isFields(data)) return this.#refuse(path, 'Must be a plan');
    switch (data.kind) {
      case 'records':
        return this.#records(data, path, ttl);
      case 'pool':
        return this.#poolAt(data, path, ttl);
      case 'firstHealthy':
        return {
          kind: 'firstHealthy',
          of: this.#each(data, path, (inner, at) => this.plan(inner, at, ttl, depth + 1)),
        };
      case 'weighted':
      case 'sticky': {
        const of = this.#each(data, path, (inner, at, index) => this.#weighted(inner, at, index, ttl, depth));
        return { kind: data.kind, of };
      }
      case 'nearest': {
        const of = this.#each(data, path, (inner, at) => this.#place(inner, at));
        return { kind: 'nearest', of, ttl: this.#ttlOfPools(ttl) };
      }
      case 'rotate':
        return this.#rotate(data, path, ttl, depth);
      case 'cname':
        return this.#cname(data, path, ttl);
      case 'nodata':
      case 'nxdomain':
      case 'refuse':
        return { kind: data.kind };
      default:
        return this.#refuse(path, 'Must be a plan');
    }
  }

  #records(data: Fields, path: string, outerTtl: number): Plan {
    const ttl = this.#ttl(data, path, outerTtl);
    if (this.#unread === undefined) return { kind: 'records', sets: this.#sets(data.records, path, ttl) };
    const sets: RecordSet[] = [];
    this.#unread.push({ data: data.records, path, ttl, into: sets });
    return { kind: 'records', sets };
  }

  /** Reads records that were left for later. */
  read({ data, path, ttl, into }: UnreadRecords): void {
    if (this.#problem === undefined) into.push(...this.#sets(data, path, ttl));
  }

  #sets(data: unknown, path: string, ttl: number): RecordSet[] {
    const { zone } = this.#context;
    const sets = compileRecords(data, path, { zone, ttl, placement: 'answer', meter: this.#meter });
    if (!sets.ok) {
      this.#problem ??= sets.problem[0];
      return [];
    }
    if (holdsCname(sets.value)) this.#checkCname(path);
    return sets.value;
  }

  #poolAt(data: Fields, path: string, ttl: number): Plan {
    const pool = this.#pool(data, path);
    return { kind: 'pool', pool, ttl: pool.ttl === undefined ? this.#ttlOfPools(ttl) : undefined };
  }

  /** A pool without a TTL of its own takes that of the plan around it, if one is there. */
  #ttlOfPools(ttl: number): number | undefined {
    return ttl === this.#context.ttl ? undefined : ttl;
  }

  #pool(data: Fields, path: string): Pool {
    const name = typeof data.pool === 'string' ? data.pool : '';
    const pool = this.#context.pools.get(name);
    if (pool === undefined) {
      this.#refuse(path, `Unknown pool "${name.slice(0, MAX_SHOWN)}"`);
      return NO_POOL;
    }
    if (holdsCname(pool.sets)) this.#checkCname(path);
    this.#poolValues += pool.sets.reduce((sum, { slots }) => sum + slots.length, 0);
    if (this.#poolValues > MAX_POOL_VALUES) {
      this.#refuse(path, `The pools of the plan hold over ${MAX_POOL_VALUES} values together`);
      return NO_POOL;
    }
    return pool;
  }

  #place(data: unknown, path: string): Pool {
    if (!isFields(data) || data.kind !== 'pool') {
      this.#refuse(path, 'Must be a pool');
      return NO_POOL;
    }
    const pool = this.#pool(data, path);
    if (pool.at === undefined)
      this.#refuse(path, `Pool "${pool.name}" needs "at", its latitude and longitude`);
    return pool;
  }

  #weighted(data: unknown, path: string, index: number, ttl: number, depth: number): Weighted {
    const { weight, plan: inner }: Fields = isFields(data) ? data : {};
    const plan = this.plan(inner, path, ttl, depth + 1);
    const seed = fnv1a(plan.kind === 'pool' ? plan.pool.name : `#${index}`);
    if (isWhole(weight, 0, MAX_WEIGHT)) return { weight, plan, seed };
    this.#refuse(path, `Weight must be a whole number from 0 to ${MAX_WEIGHT}`);
    return { weight: 0, plan, seed };
  }

  #rotate(data: Fields, path: string, outerTtl: number, depth: number): Plan {
    const { count } = data;
    if (count !== undefined && !isWhole(count, 1, MAX_NODES)) {
      return this.#refuse(path, `Count must be a whole number from 1 to ${MAX_NODES}`);
    }
    const of = this.plan(data.of, keyPath(path, 'rotate'), this.#ttl(data, path, outerTtl), depth + 1);
    return { kind: 'rotate', of, count };
  }

  #cname(data: Fields, path: string, outerTtl: number): Plan {
    this.#checkCname(path);
    const text = typeof data.target === 'string' ? data.target : '';
    const target = absoluteNameFromText(text, this.#context.zone);
    if (!target.ok) this.#refuse(path, target.problem);
    return { kind: 'cname', target: target.ok ? target.value : ROOT, ttl: this.#ttl(data, path, outerTtl) };
  }

  #each<T>(data: Fields, path: string, read: (inner: unknown, path: string, index: number) => T): T[] {
    const { kind, of } = data;
    const choices = keyPath(path, String(kind));
    if (!Array.isArray(of) || of.length === 0) this.#refuse(choices, 'Needs at least one choice');
    else if (this.#nodes + of.length > MAX_NODES) this.#refuse(choices, TOO_LARGE);
    if (this.#problem !== undefined || !Array.isArray(of)) return [];
    this.#nodes += of.length;
    return of.map((inner, index) => read(inner, keyPath(choices, index), index));
  }

  #ttl(data: Fields, path: string, outer: number): number {
    const { ttl } = data;
    if (ttl === undefined) return outer;
    if (isWhole(ttl, 0, MAX_TTL)) return ttl;
    this.#refuse(keyPath(path, 'ttl'), `Must be a whole number from 0 to ${MAX_TTL}`);
    return 0;
  }

  /** RFC 1034 §3.6.2: a CNAME stands alone, and the zone's own name has SOA and NS. */
  #checkCname(path: string): void {
    const { apex, sharesName } = this.#context;
    if (apex) this.#refuse(path, 'A CNAME cannot stand at the name of the zone itself; give addresses');
    else if (sharesName) this.#refuse(path, 'A CNAME cannot stand beside the static records of its name');
  }

  #refuse(path: string, problem: string): Plan {
    this.#problem ??= problemAt(path, problem);
    return NOTHING;
  }
}

const NO_POOL: Pool = { name: '', sets: [], at: undefined, whenDown: 'all' };

/** FNV-1a, 32 bits. https://datatracker.ietf.org/doc/draft-eastlake-fnv */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
