/** Pools that `alias()` stands for: those that a policy made while it was loaded are part of its manifest. */
import { type AliasPool, aliasPoolOf } from '../../rpc/aliases/alias-pool.ts';
import type { PlanData, PoolData } from '../../rpc/plan.ts';
import { describe } from './describe.ts';
import { poolsAreDeclared } from './pools.ts';
import { apply, create, hasOwn, test } from './primordials.ts';
import { PolicyError } from './problem.ts';

/** Those of `alias()`, by name. */
export const aliasPools: Record<string, PoolData> = create(null);

/** The pool for a target; `where` names the call or the record that has it. */
export function aliasPool(target: unknown, ttl: number | undefined, where: string): AliasPool {
  if (typeof target !== 'string')
    throw new PolicyError(`${where}: Must be the name that has the addresses, not ${describe(target)}`);
  if (!apply(test, HOST, [target]))
    throw new PolicyError(`${where}: Must be the name of a host: letters, digits, "-" and "_" between dots`);
  return aliasPoolOf(target, ttl);
}

/** The plan that `alias()` makes. */
export function aliasPlan(target: unknown, ttl: number | undefined): PlanData {
  const { name, pool } = aliasPool(target, ttl, 'alias()');
  if (!hasOwn(aliasPools, name)) {
    // Control resolves what a version declares, before any client asks.
    if (poolsAreDeclared())
      throw new PolicyError(
        'alias(): A handler answers with an alias that is declared: call alias() outside of it, or give a pool "alias"',
      );
    aliasPools[name] = pool;
  }
  return { kind: 'pool', pool: name };
}

const HOST = /^[\w-]+(?:\.[\w-]+)*\.?$/;
