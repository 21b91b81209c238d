/**
 * Shared parts of the functions that make plans (kinds/). Making a plan checks it, so that the error points
 * at the author's line; only names of pools wait for their check until the pools are declared.
 * types/policy.d.ts says what each plan means.
 */
import type { Plan } from '../../../types/policy.d.ts';
import { keyPath } from '../../base/key-path.ts';
import type { PlanData, WeightedData } from '../../rpc/plan.ts';
import { everyLeaf, type LeafOf } from '../../rpc/plan-fold.ts';
import { describe } from './describe.ts';
import { poolProblem, poolsAreDeclared } from './pools.ts';
import { hasOwn, isArray, keys } from './primordials.ts';
import { PolicyError, unknownKey } from './problem.ts';
import { numberFrom, recordsFrom } from './records.ts';

/** A plan as the author holds it: opaque, and distinguished from records by a private field. */
class MadePlan {
  readonly #data: PlanData;
  /** Whether the pools were declared when the plan was made. */
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

/** Turns a value in the place of an answer into data. */
export function planFrom(answer: unknown, path: string): PlanData {
  if (typeof answer === 'string') return poolPlan(answer, path);
  if (typeof answer !== 'object' || answer === null || isArray(answer)) {
    throw new PolicyError(noAnswer(answer, path));
  }
  const plan = MadePlan.dataOf(answer, path);
  if (plan !== undefined) return plan;
  // A promise gets a message of its own, as "Unknown key" would not help its author.
  if (typeof (answer as { then?: unknown }).then === 'function') {
    throw new PolicyError(`${path}: Handlers are synchronous; this one returned a promise`);
  }
  const { records, ttl } = recordsFrom(answer, path);
  return ttl === undefined ? { kind: 'records', records } : { kind: 'records', records, ttl };
}

/** Wraps data as an opaque plan for the author. Which pools it names is a matter of types/policy.d.ts. */
export function made(data: PlanData): Plan<never> {
  return new MadePlan(data) as unknown as Plan<never>;
}

function poolPlan(pool: string, path: string): PlanData {
  const problem = poolProblem(pool);
  if (problem !== undefined) throw new PolicyError(`${path}: ${problem}`);
  return { kind: 'pool', pool };
}

/** The arguments of `name()` as data: answers of any kind. */
export function choices(name: string, answers: readonly unknown[]): PlanData[] {
  return answers.map((answer) => planFrom(answer, `${name}()`));
}

/** The arguments of `name()` as data: names of pools. */
export function pools(name: string, names: readonly unknown[]): PlanData[] {
  return names.map((pool) => {
    if (typeof pool === 'string') return poolPlan(pool, `${name}()`);
    throw new PolicyError(`${name}(): Takes names of pools, not ${describe(pool)}`);
  });
}

/** The arguments of `name()` as data: pools with their weights. */
export function weights(name: string, given: unknown): WeightedData[] {
  if (typeof given !== 'object' || given === null) {
    throw new PolicyError(`${name}(): Takes pools with weights, { us: 95, eu: 5 }, not ${describe(given)}`);
  }
  return Object.entries(given).map(([pool, weight]) => ({
    weight: numberFrom(weight, keyPath(`${name}()`, pool)),
    plan: poolPlan(pool, `${name}()`),
  }));
}

/** What a choice says beside its members. */
export interface ChoiceOptions {
  readonly family?: 'together';
}

/** The arguments of `name()` with its options, where these come last. */
export function splitOptions<T>(name: string, given: readonly T[]): readonly [members: T[], ChoiceOptions] {
  const last: unknown = given[given.length - 1];
  if (typeof last !== 'object' || last === null || isArray(last) || !hasOwn(last, 'family'))
    return [[...given], {}];
  return [given.slice(0, -1), choiceOptions(name, last)];
}

/** What choices that hold on to clients say beside. */
export interface StickOptions extends ChoiceOptions {
  readonly by?: 'network' | 'name';
  readonly key?: string;
  readonly slack?: number;
}

const STICK_KEYS = ['family', 'by', 'key'];

/** Names of pools with the options of `name()`, where these come last; `others` are options that are numbers. */
export function splitStick(
  name: string,
  given: readonly unknown[],
  others: readonly string[] = [],
): readonly [members: unknown[], StickOptions] {
  const last = given[given.length - 1];
  if (given.length === 1 || typeof last !== 'object' || last === null) return [[...given], {}];
  return [given.slice(0, -1), stickOptions(name, last, others)];
}

/** The host judges them. */
export function stickOptions(name: string, options: unknown, others: readonly string[] = []): StickOptions {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || isArray(options)) {
    throw new PolicyError(`${name}(): Options are an object, not ${describe(options)}`);
  }
  const given: Record<string, unknown> = {};
  for (const key of keys(options)) {
    const value: unknown = (options as Record<string, unknown>)[key];
    const path = keyPath(`${name}()`, key);
    if (!STICK_KEYS.includes(key) && !others.includes(key))
      throw new PolicyError(unknownKey(`${name}()`, key, [...STICK_KEYS, ...others]));
    if (value === undefined) continue;
    given[key] = others.includes(key) ? numberFrom(value, path) : value;
  }
  const { by, key, family } = given;
  if (by !== undefined && by !== 'network' && by !== 'name')
    throw new PolicyError(`${name}().by: Must be "network" or "name", not ${describe(by)}`);
  if (key !== undefined && typeof key !== 'string')
    throw new PolicyError(`${name}().key: Must be a text, not ${describe(key)}`);
  if (by !== undefined && key !== undefined) throw new PolicyError(`${name}().key: Goes in place of "by"`);
  return { ...given, ...choiceOptions(name, { family }) };
}

/** The options of a choice, which has no others than `family`. */
export function choiceOptions(name: string, options: unknown): ChoiceOptions {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) {
    throw new PolicyError(`${name}(): Options are an object, not ${describe(options)}`);
  }
  for (const key of keys(options)) {
    if (key !== 'family') throw new PolicyError(unknownKey(`${name}()`, key, ['family']));
  }
  const { family } = options as { readonly family?: unknown };
  if (family === undefined) return {};
  if (family === 'together') return { family };
  throw new PolicyError(`${name}().family: Must be "together", not ${describe(family)}`);
}

/** The options of `name()`, all of them numbers. */
export function optionsFrom(
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

/** Checks the names of pools in a plan that was made before the pools were declared. */
function checkPools(plan: PlanData, path: string): void {
  everyLeaf<PlanData, string>(plan, checkPool, path);
}

function checkPool(leaf: LeafOf<PlanData>, path: string): boolean {
  if (leaf.kind === 'pool') poolPlan(leaf.pool, path);
  return true;
}

function noAnswer(answer: unknown, path: string): string {
  const what = answer === undefined ? 'Nothing is returned' : `No answer is ${describe(answer)}`;
  return `${path}: ${what}; return records, the name of a pool or a plan`;
}
