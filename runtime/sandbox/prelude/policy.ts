/**
 * `definePolicy`: splits a policy into the manifest, plain data that the host gets, and the handlers, which
 * stay here. It refuses values that JSON cannot carry and unknown keys, and reports all problems at once.
 * The host judges ranges, names and values, as it trusts nothing from here.
 */
import type { Policy } from '../../../types/policy.d.ts';
import { keyPath } from '../../base/key-path.ts';
import { ALIAS_PREFIX } from '../../rpc/aliases/alias-pool.ts';
import type { ManifestData, PlanData, PoolData, UpWhenData } from '../../rpc/plan.ts';
import { aliasPools } from './alias-pools.ts';
import { type AliasRecord, targetFrom, withAliases } from './alias-records.ts';
import { checkFrom } from './checks.ts';
import { describe } from './describe.ts';
import { planFrom } from './plans.ts';
import { declarePools } from './pools.ts';
import { create, hasOwn, isArray } from './primordials.ts';
import { PolicyError, Problems, unknownKey } from './problem.ts';
import type { Handler, Program } from './program.ts';
import { numberFrom, type RecordsAndTtl, recordsFrom } from './records.ts';

const POLICY_KEYS = ['ttl', 'leastTtl', 'budget', 'deadline', 'pools', 'fallback', 'hosts', 'records'];
const POOL_KEYS = ['alias', 'url', 'at', 'check', 'whenDown', 'upWhen', 'capacity', 'leastTtl'];
const UP_WHEN_KEYS = ['percent', 'weights'];

const HANDLER_KEYS = ['decide', 'types'];

/** A constant plan; or a handler, and the types it declares if it does. */
interface Host {
  readonly plan: PlanData | null;
  readonly decide?: Handler;
  readonly types?: readonly string[];
}

interface Defined {
  readonly policy: unknown;
  readonly program: Program;
}

let defined: Defined | undefined;

/** Registers the policy of this file. */
export function definePolicy<const P extends string = never>(policy: Policy<P>): Policy<P> {
  if (defined !== undefined) throw new PolicyError('definePolicy() is called twice; a file is one policy');
  defined = { policy, program: programOf(policy) };
  return policy;
}

/** The program of the policy that the file exports by default. */
export function exportedPolicy(exported: unknown): Program {
  if (defined === undefined) {
    throw new PolicyError('The file defines no policy; write "export default definePolicy({ … })"');
  }
  if (defined.policy === exported) return defined.program;
  const found =
    exported === undefined ? 'There is no default export' : `The default export is ${describe(exported)}`;
  throw new PolicyError(`${found}; write "export default definePolicy({ … })"`);
}

function programOf(policy: unknown): Program {
  if (!isObject(policy)) throw new PolicyError(`definePolicy() takes an object, not ${describe(policy)}`);
  const problems = new Problems();
  for (const key of Object.keys(policy)) {
    if (!POLICY_KEYS.includes(key)) problems.add(unknownKey('', key, POLICY_KEYS));
  }
  declarePools([...(isObject(policy.pools) ? Object.keys(policy.pools) : []), ...Object.keys(aliasPools)]);
  const settings = ['ttl', 'leastTtl', 'budget', 'deadline'].flatMap((key) => {
    const value =
      policy[key] === undefined ? undefined : problems.attempt(() => numberFrom(policy[key], key));
    return value === undefined ? [] : [[key, value]];
  });
  const pools = entriesFrom('pools', policy, poolFrom, problems);
  const fallback = problems.attempt(() => fallbackFrom(policy.fallback));
  const hosts = entriesFrom('hosts', policy, hostFrom, problems);
  const statics = entriesFrom('records', policy, staticFrom, problems);
  problems.throwIfAny();
  const aliases = statics.flatMap(([name, { alias, ttl }]) =>
    alias === undefined ? [] : [{ name, target: alias.target, ttl }],
  );
  const records = statics.flatMap(([name, { alias, ...own }]) =>
    alias !== undefined && Object.keys(own.records).length === 0 ? [] : [[name, own] as const],
  );
  const handlers = hosts.flatMap(([name, { decide }]) =>
    decide === undefined ? [] : [[name, decide] as const],
  );
  const types = hosts.flatMap(([name, host]) =>
    host.types === undefined ? [] : [[name, host.types] as const],
  );
  const manifest: ManifestData = {
    form: 'policy',
    ...Object.fromEntries(settings),
    pools: dictionary([...pools, ...Object.entries(aliasPools)]),
    fallback: fallback ?? { kind: 'servfail' },
    hosts: dictionary(hosts.map(([name, { plan }]) => [name, plan])),
    ...(types.length > 0 && { types: dictionary(types) }),
    records: dictionary(records),
  };
  return {
    manifest: withAliases(manifest, aliases, 'The records have'),
    handlers: dictionary(handlers),
    plan: planFrom,
  };
}

/** Reads each entry of a part of the policy; leaves out entries with problems. */
function entriesFrom<T>(
  part: 'pools' | 'hosts' | 'records',
  policy: Readonly<Record<string, unknown>>,
  read: (value: unknown, path: string) => T,
  problems: Problems,
): [name: string, T][] {
  const given = problems.attempt(() => objectFrom(policy[part] ?? {}, part)) ?? {};
  return Object.entries(given).flatMap(([name, value]) => {
    const entry = problems.attempt(() => read(value, keyPath(part, name)));
    return entry === undefined ? [] : [[name, entry]];
  });
}

interface Statics extends RecordsAndTtl {
  /** In place of addresses. */
  readonly alias?: Pick<AliasRecord, 'target'>;
}

function staticFrom(value: unknown, path: string): Statics {
  const given = objectFrom(value, path);
  const own = recordsFrom(given, path, ['ALIAS']);
  if (given.ALIAS === undefined) return own;
  return { ...own, alias: { target: targetFrom(given.ALIAS, keyPath(path, 'ALIAS')) } };
}

function fallbackFrom(value: unknown): PlanData {
  if (value !== undefined) return planFrom(value, 'fallback');
  throw new PolicyError(
    'fallback: Is required; it is the answer when a handler fails, for example firstHealthy(…)',
  );
}

function hostFrom(value: unknown, path: string): Host {
  if (typeof value === 'function') return { plan: null, decide: handlerFrom(value, path) };
  if (!isObject(value) || !HANDLER_KEYS.some((key) => hasOwn(value, key)))
    return { plan: planFrom(value, path) };
  for (const key of Object.keys(value)) {
    if (!HANDLER_KEYS.includes(key)) throw new PolicyError(unknownKey(path, key, HANDLER_KEYS));
  }
  const decide = handlerFrom(value.decide, keyPath(path, 'decide'));
  return value.types === undefined
    ? { plan: null, decide }
    : { plan: null, decide, types: typesFrom(value.types, keyPath(path, 'types')) };
}

function handlerFrom(value: unknown, path: string): Handler {
  if (typeof value !== 'function')
    throw new PolicyError(`${path}: Must be a function, not ${describe(value)}`);
  const kind = Object.prototype.toString.call(value);
  if (kind === '[object Function]') return value as Handler;
  throw new PolicyError(`${path}: Handlers are synchronous; this one is ${kind.slice(8, -1)}`);
}

/** The host judges the types. */
function typesFrom(value: unknown, path: string): string[] {
  if (!isArray(value)) throw new PolicyError(`${path}: Must be an array of types, not ${describe(value)}`);
  return value.map((type: unknown, at) => {
    if (typeof type === 'string') return type;
    throw new PolicyError(`${keyPath(path, at)}: Must be the name of a type, not ${describe(type)}`);
  });
}

function poolFrom(value: unknown, path: string): PoolData {
  const pool = objectFrom(value, path);
  if (path.startsWith(`pools["${ALIAS_PREFIX}`))
    throw new PolicyError(`${path}: Names that begin with "${ALIAS_PREFIX}" are those of alias()`);
  const { alias, url, at, check, whenDown, upWhen, capacity, leastTtl } = pool;
  const given: RecordsAndTtl = recordsFrom(pool, path, POOL_KEYS);
  return {
    ...given,
    ...(alias === undefined ? {} : { alias: aliasFrom(alias, keyPath(path, 'alias')) }),
    ...(url === undefined ? {} : { url: urlFrom(url, keyPath(path, 'url')) }),
    ...(at === undefined ? {} : { at: placeFrom(at, keyPath(path, 'at')) }),
    ...(check === undefined ? {} : { check: checkFrom(check, keyPath(path, 'check')) }),
    ...(whenDown === undefined ? {} : { whenDown: whenDownFrom(whenDown, keyPath(path, 'whenDown')) }),
    ...(upWhen === undefined ? {} : { upWhen: upWhenFrom(upWhen, keyPath(path, 'upWhen')) }),
    ...(leastTtl === undefined ? {} : { leastTtl: numberFrom(leastTtl, keyPath(path, 'leastTtl')) }),
    ...(capacity === undefined ? {} : { capacity: numberFrom(capacity, keyPath(path, 'capacity')) }),
  };
}

/** The host judges the name. */
function aliasFrom(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new PolicyError(`${path}: Must be the name that has the addresses, not ${describe(value)}`);
}

/** The host judges the URL. */
function urlFrom(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new PolicyError(
    `${path}: Must be the URL that clients over HTTP are sent to, not ${describe(value)}`,
  );
}

function placeFrom(value: unknown, path: string): readonly [number, number] {
  if (!isArray(value) || value.length !== 2) throw new PolicyError(`${path}: Must be [latitude, longitude]`);
  return [numberFrom(value[0], `${path}[0]`), numberFrom(value[1], `${path}[1]`)];
}

function whenDownFrom(value: unknown, path: string): NonNullable<PoolData['whenDown']> {
  if (value === 'all' || value === 'empty' || value === 'servfail') return value;
  if (isObject(value)) return planFrom(value, path);
  throw new PolicyError(`${path}: Must be "all", "empty", "servfail" or a plan, not ${describe(value)}`);
}

function upWhenFrom(value: unknown, path: string): UpWhenData {
  const { percent, weights, ...rest } = objectFrom(value, path);
  for (const key of Object.keys(rest)) throw new PolicyError(unknownKey(path, key, UP_WHEN_KEYS));
  const at = keyPath(path, 'weights');
  const given = weights === undefined ? [] : Object.entries(objectFrom(weights, at));
  return {
    ...(percent === undefined ? {} : { percent: numberFrom(percent, keyPath(path, 'percent')) }),
    ...(weights === undefined
      ? {}
      : { weights: dictionary(given.map(([key, one]) => [key, numberFrom(one, keyPath(at, key))])) }),
  };
}

function objectFrom(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new PolicyError(`${path}: Must be an object, not ${describe(value)}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isArray(value);
}

/** Like `Object.fromEntries`, but `__proto__` and `constructor` are keys like any other. */
function dictionary<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const result: Record<string, T> = create(null);
  for (const [key, value] of entries) result[key] = value;
  return result;
}
