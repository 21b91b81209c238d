/**
 * The pools that `alias()` and ALIAS records stand for, by the names that both sides of a sandbox give them: one for each target
 * and TTL, under a name that no author can give.
 */
import type { PoolData } from '../plan.ts';

/** What no name of an author's pool begins with. */
export const ALIAS_PREFIX = 'alias:';

/** A pool by its name. */
export interface AliasPool {
  readonly name: string;
  readonly pool: PoolData;
}

/** The pool for the name of a host, as it is written, and a TTL in seconds, if any is stated. */
export function aliasPoolOf(target: string, ttl: number | undefined): AliasPool {
  const lower = target.toLowerCase();
  const alias = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  return ttl === undefined
    ? { name: ALIAS_PREFIX + alias, pool: { records: {}, alias } }
    : { name: `${ALIAS_PREFIX}${alias}:${ttl}`, pool: { records: {}, alias, ttl } };
}
