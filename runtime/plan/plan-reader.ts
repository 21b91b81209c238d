/**
 * Reads plans for their kinds. The data comes from a sandbox and may be anything at all, so the reader
 * enforces all limits of a plan. The first problem counts: it sticks, and nobody uses what is read
 * afterwards.
 */

import { type Fields, isFields, isWhole, problemAt } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import type { WorkMeter } from '../base/loop/work-meter.ts';
import type { TeamLimits } from '../limits/team-limits.ts';
import type { WireName } from '../wire/name.ts';
import { MAX_TTL } from '../wire/ttl.ts';
import { compileRecords, holdsCname, type RecordUnit } from './compile-records.ts';
import type { Plan, Pool, PoolPlan, RecordSet } from './plan.ts';
import { mayAnswerCname } from './plan-aliases.ts';

/** Choices of a plan, and the largest count of records that `take` and `rotate` accept. */
export const MAX_PARTS = 256;
const MAX_DEPTH = 8;
/** Values of all pools that a plan names, counted each time: one query may look at all of them. */
const MAX_POOL_VALUES = 4096;
/** Characters of a name shown in a problem. */
const MAX_SHOWN = 100;

export interface PlanContext {
  readonly zone: WireName;
  readonly pools: ReadonlyMap<string, Pool>;
  /** The TTL in seconds if neither the plan nor the pool states one. */
  readonly ttl: number;
  /** Whether the policy itself states that TTL; by default it comes from the settings. */
  readonly statesTtl?: boolean;
  /** Whether the plan can answer for the zone's own name, where no CNAME may stand. */
  readonly apex: boolean;
  /** Whether the plan answers for a name with static records, beside which no CNAME may stand either. */
  readonly sharesName?: boolean;
  /** What the team of the policy may use; default: all. */
  readonly limits?: TeamLimits | undefined;
}

/** The work of several plans, added up. */
export type PlanWork = WorkMeter<RecordUnit>;

/** Reads plans of one kind. */
export interface Compiles {
  /** Checks and translates a plan at `path`. `ttl` applies unless the plan states another. */
  compile(data: Fields, path: string, ttl: number, reader: PlanReader): Plan;
}

/** Finds the kind of a name; `undefined` if there is none. */
type KindNamed = (name: unknown) => Compiles | undefined;

export class PlanReader {
  readonly #context: PlanContext;
  /** What the records of the plan take. */
  readonly #meter: PlanWork;
  readonly #kindNamed: KindNamed;
  #problem: string | undefined;
  #depth = 0;
  #fences = 0;
  #parts = 0;
  #poolValues = 0;

  constructor(context: PlanContext, meter: PlanWork, kindNamed: KindNamed) {
    this.#context = context;
    this.#meter = meter;
    this.#kindNamed = kindNamed;
  }

  get zone(): WireName {
    return this.#context.zone;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** Reads a plan of any kind. `ttl` applies unless the plan states another. */
  plan(data: unknown, path: string, ttl: number): Plan {
    if (this.#problem !== undefined) return NOTHING;
    if (this.#depth === MAX_DEPTH)
      return this.refuse(path, `The plan is nested deeper than ${MAX_DEPTH} levels`);
    if (!isFields(data)) return this.refuse(path, 'Must be a plan');
    const kind = this.#kindNamed(data.kind);
    if (kind === undefined) return this.refuse(path, 'Must be a plan');
    this.#depth += 1;
    const plan = kind.compile(data, path, ttl, this);
    this.#depth -= 1;
    return plan;
  }

  /** Reads what stands in a fence. */
  fenced(read: () => Plan): Plan {
    this.#fences += 1;
    const plan = read();
    this.#fences -= 1;
    return plan;
  }

  /** Whether what is read stands in a fence. */
  get isFenced(): boolean {
    return this.#fences > 0;
  }

  /** Reads the choices of a plan. */
  each<T>(data: Fields, path: string, read: (inner: unknown, path: string, index: number) => T): T[] {
    const { kind, of } = data;
    const choices = keyPath(path, String(kind));
    if (!Array.isArray(of) || of.length === 0) this.refuse(choices, 'Needs at least one choice');
    else if (this.#parts + of.length > MAX_PARTS)
      this.refuse(choices, `The plan has over ${MAX_PARTS} parts`);
    if (this.#problem !== undefined || !Array.isArray(of)) return [];
    this.#parts += of.length;
    return of.map((inner, index) => read(inner, keyPath(choices, index), index));
  }

  /** Reads records. `ttl` is theirs. */
  records(data: unknown, path: string, ttl: number): readonly RecordSet[] {
    const { zone, limits } = this.#context;
    const sets = compileRecords(data, path, { zone, ttl, placement: 'answer', meter: this.#meter, limits });
    if (!sets.ok) {
      this.#problem ??= sets.problem[0];
      return [];
    }
    if (holdsCname(sets.value)) this.checkCname(path);
    return sets.value;
  }

  /** Reads the name of a pool. A pool without a TTL has that of the plan around it, if that states one. */
  pool(data: Fields, path: string, ttl: number): PoolPlan {
    const pool = this.#poolNamed(data.pool, path);
    const isTold = pool.ttl === undefined && ttl !== this.#context.ttl;
    return { kind: 'pool', pool, ttl: isTold ? ttl : undefined };
  }

  /** Reads the choices of a plan that chooses among pools: by what is measured of them, or known of where they are. */
  pools(data: Fields, path: string, ttl: number): PoolPlan[] {
    return this.each(data, path, (inner, at) => this.poolChoice(inner, at, ttl));
  }

  /** Reads a choice that must be a pool. */
  poolChoice(data: unknown, path: string, ttl: number): PoolPlan {
    const fields = isFields(data) ? data : {};
    if (fields.kind !== 'pool') this.refuse(path, 'Must be a pool');
    return this.pool(fields, path, ttl);
  }

  /** The TTL that a plan states, or else that of the plan around it. */
  ttl(data: Fields, path: string, outer: number): number {
    const { ttl } = data;
    if (ttl === undefined) return outer;
    if (isWhole(ttl, 0, MAX_TTL)) return ttl;
    this.refuse(keyPath(path, 'ttl'), `Must be a whole number from 0 to ${MAX_TTL}`);
    return 0;
  }

  /** An alias leads where its team may lead. */
  checkAlias(path: string, target: WireName): void {
    const problem = this.#context.limits?.aliasProblem(target);
    if (problem !== undefined) this.refuse(path, problem);
  }

  /** RFC 1034 §3.6.2: a CNAME stands alone, and the zone's own name has SOA and NS. */
  checkCname(path: string): void {
    const { apex, sharesName } = this.#context;
    if (apex) this.refuse(path, 'A CNAME cannot stand at the name of the zone itself; give addresses');
    else if (sharesName) this.refuse(path, 'A CNAME cannot stand beside the static records of its name');
  }

  /** Notes a problem. Returns a plan that nobody will use. */
  refuse(path: string, problem: string): Plan {
    this.#problem ??= problemAt(path, problem);
    return NOTHING;
  }

  #poolNamed(named: unknown, path: string): Pool {
    const name = typeof named === 'string' ? named : '';
    const pool = this.#context.pools.get(name);
    if (pool === undefined) {
      this.refuse(path, `Unknown pool "${name.slice(0, MAX_SHOWN)}"`);
      return NO_POOL;
    }
    if (mayAnswerCname({ kind: 'pool', pool })) this.checkCname(path);
    this.#poolValues += pool.sets.reduce((sum, { slots }) => sum + slots.length, 0);
    if (this.#poolValues > MAX_POOL_VALUES) {
      this.refuse(path, `The pools of the plan hold over ${MAX_POOL_VALUES} values together`);
      return NO_POOL;
    }
    return pool;
  }
}

const NOTHING: Plan = { kind: 'nodata' };
const NO_POOL: Pool = { name: '', sets: [], at: undefined, whenDown: 'all' };
