/**
 * The functions that make plans. A plan is checked where it is made, so that a mistake is reported
 * at the author's line; only names of pools must wait where the pools are not declared yet. What
 * each plan means is said in types/policy.d.ts.
 */
import type { Answer, Plan, PlanOptions } from '../../../types/policy.d.ts';
import { keyPath } from '../../base/key-path.ts';
import type { PlanData, WeightedData } from '../../rpc/plan.ts';
import { describe } from './describe.ts';
import { poolProblem, poolsAreDeclared } from './pools.ts';
import { isArray, keys } from './primordials.ts';
import { PolicyError, unknownKey } from './problem.ts';
import { numberFrom, recordsFrom } from './records.ts';

/** A plan in the author's hands: opaque, and told from records by a field only this class can see. */
class MadePlan {
  readonly #data: PlanData;
  /** Whether it was made when the pools were known. */
  readonly #checked = poolsAreDeclared();

  constructor(data: PlanData) {
    this.#data = data;
  }

  static dataOf(value: object, path: string): PlanData | undefined {
    if (!(#data in value)) return undefined;
    if (!value.#checked && poolsAreDeclared()) checkPools(value.#data, path);
    return value.#data;
  }
}

/** Turns whatever stands where an answer is due into data. */
export function planFrom(answer: unknown, path: string): PlanData {
  if (typeof answer === 'string') return poolPlan(answer, path);
  if (typeof answer !== 'object' || answer === null || isArray(answer)) {
    throw new PolicyError(noAnswer(answer, path));
  }
  const plan = MadePlan.dataOf(answer, path);
  if (plan !== undefined) return plan;
  // A promise: its author meant well, and "Unknown key" would not help.
  if (typeof (answer as { then?: unknown }).then === 'function') {
    throw new PolicyError(`${path}: Handlers are synchronous; this one returned a promise`);
  }
  const { records, ttl } = recordsFrom(answer, path);
  return ttl === undefined ? { kind: 'records', records } : { kind: 'records', records, ttl };
}

export function firstHealthy(first: Answer, ...others: Answer[]): Plan {
  return made({ kind: 'firstHealthy', of: choices('firstHealthy', [first, ...others]) });
}

export function nearest(first: string, ...others: string[]): Plan {
  return made({ kind: 'nearest', of: pools('nearest', [first, ...others]) });
}

type Weights = Readonly<Record<string, number>>;
type WeightedChoices = readonly (readonly [weight: number, answer: Answer])[];

export function weighted(choices: Weights | WeightedChoices): Plan {
  if (!isArray(choices)) return made({ kind: 'weighted', of: weights('weighted', choices) });
  const of = choices.map((choice: unknown, at) => {
    const path = `weighted()[${at}]`;
    if (!isArray(choice) || choice.length !== 2) throw new PolicyError(`${path}: Must be [weight, answer]`);
    return { weight: numberFrom(choice[0], path), plan: planFrom(choice[1], path) };
  });
  return made({ kind: 'weighted', of });
}

export function sticky(first: string | Weights, ...others: string[]): Plan {
  if (typeof first === 'object') return made({ kind: 'sticky', of: weights('sticky', first) });
  const of = pools('sticky', [first, ...others]).map((plan) => ({ weight: 1, plan }));
  return made({ kind: 'sticky', of });
}

export function rotate(answer: Answer, options: PlanOptions & { readonly count?: number } = {}): Plan {
  const given = optionsFrom('rotate', options, ['ttl', 'count']);
  return made({ kind: 'rotate', of: planFrom(answer, 'rotate()'), ...given });
}

export function cname(target: string, options: PlanOptions = {}): Plan {
  if (typeof target !== 'string') throw new PolicyError(`cname(): Must be a name, not ${describe(target)}`);
  return made({ kind: 'cname', target, ...optionsFrom('cname', options, ['ttl']) });
}

export function nodata(): Plan {
  return NODATA;
}

export function nxdomain(): Plan {
  return NXDOMAIN;
}

export function refuse(): Plan {
  return REFUSE;
}

/** The author's type says no more than that it is a plan. */
function made(data: PlanData): Plan {
  return new MadePlan(data) as unknown as Plan;
}

const NODATA = made({ kind: 'nodata' });
const NXDOMAIN = made({ kind: 'nxdomain' });
const REFUSE = made({ kind: 'refuse' });

function poolPlan(pool: string, path: string): PlanData {
  const problem = poolProblem(pool);
  if (problem !== undefined) throw new PolicyError(`${path}: ${problem}`);
  return { kind: 'pool', pool };
}

function choices(name: string, answers: readonly unknown[]): PlanData[] {
  return answers.map((answer) => planFrom(answer, `${name}()`));
}

function pools(name: string, names: readonly unknown[]): PlanData[] {
  return names.map((pool) => {
    if (typeof pool === 'string') return poolPlan(pool, `${name}()`);
    throw new PolicyError(`${name}(): Takes names of pools, not ${describe(pool)}`);
  });
}

function weights(name: string, given: unknown): WeightedData[] {
  if (typeof given !== 'object' || given === null) {
    throw new PolicyError(`${name}(): Takes pools with weights, { us: 95, eu: 5 }, not ${describe(given)}`);
  }
  return Object.entries(given).map(([pool, weight]) => ({
    weight: numberFrom(weight, keyPath(`${name}()`, pool)),
    plan: poolPlan(pool, `${name}()`),
  }));
}

function optionsFrom(
  name: string,
  options: unknown,
  known: readonly string[],
): Readonly<Record<string, number>> {
  if (typeof options !== 'object' || options === null) {
    throw new PolicyError(`${name}(): Options are an object, not ${describe(options)}`);
  }
  const given: Record<string, number> = {};
  for (const key of keys(options)) {
    if (!known.includes(key)) throw new PolicyError(unknownKey(`${name}()`, key, known));
    const value: unknown = (options as Record<string, unknown>)[key];
    if (value !== undefined) given[key] = numberFrom(value, keyPath(`${name}()`, key));
  }
  return given;
}

/** Looks at the names of pools in a plan that was made before they were known. */
function checkPools(plan: PlanData, path: string): void {
  switch (plan.kind) {
    case 'pool':
      poolPlan(plan.pool, path);
      break;
    case 'firstHealthy':
    case 'nearest':
      for (const inner of plan.of) checkPools(inner, path);
      break;
    case 'weighted':
    case 'sticky':
      for (const choice of plan.of) checkPools(choice.plan, path);
      break;
    case 'rotate':
      checkPools(plan.of, path);
      break;
    case 'records':
    case 'cname':
    case 'nodata':
    case 'nxdomain':
    case 'refuse':
    case 'servfail':
  }
}

function noAnswer(answer: unknown, path: string): string {
  const what = answer === undefined ? 'Nothing is returned' : `No answer is ${describe(answer)}`;
  return `${path}: ${what}; return records, the name of a pool or a plan`;
}
