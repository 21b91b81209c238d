/**
 * Who may be chosen: the members of a group of a plan, and what health says of each. A member is
 * judged by all it could serve, never by the type asked for, so that A and AAAA lead to the same
 * place.
 */
import type { HealthTable } from '../../health/table.ts';
import type { Plan, Pool } from '../../plan/plan.ts';
import { poolHealth } from './pool-health.ts';

/** Plans that choose one of several. */
export type Group = Extract<Plan, { of: readonly unknown[] }>;

/** A member of a group. */
export type Candidate = Plan | Pool;

/** The member at an index that exists. */
export function candidateAt(group: Group, index: number): Candidate {
  const member = group.of[index];
  if (member === undefined) return NOTHING;
  return 'plan' in member ? member.plan : member;
}

export function isPool(candidate: Candidate): candidate is Pool {
  return !('kind' in candidate);
}

/** Whether everything it could serve is down. What health knows nothing of is up. */
export function isDown(candidate: Candidate, health: HealthTable): boolean {
  return isMadeOf(candidate, poolIsDown, health);
}

/** Whether it would rather not be served while it is down. */
export function isEmptyWhenDown(candidate: Candidate, health: HealthTable): boolean {
  return isMadeOf(candidate, poolIsEmptyWhenDown, health);
}

type PoolTest = (pool: Pool, health: HealthTable) => boolean;

/** Whether pools are all it could serve, and all of them pass. */
function isMadeOf(candidate: Candidate, test: PoolTest, health: HealthTable): boolean {
  if (isPool(candidate)) return test(candidate, health);
  switch (candidate.kind) {
    case 'pool':
      return test(candidate.pool, health);
    case 'rotate':
      return isMadeOf(candidate.of, test, health);
    case 'firstHealthy':
    case 'weighted':
    case 'nearest':
    case 'sticky':
      for (let index = 0; index < candidate.of.length; index += 1) {
        if (!isMadeOf(candidateAt(candidate, index), test, health)) return false;
      }
      return true;
    case 'records':
    case 'cname':
    case 'nodata':
    case 'nxdomain':
    case 'refuse':
    case 'servfail':
      return false;
    default:
      return candidate satisfies never;
  }
}

const poolIsDown: PoolTest = (pool, health) => poolHealth(pool, health) === 'down';
const poolIsEmptyWhenDown: PoolTest = (pool) => pool.whenDown === 'empty';
const NOTHING: Plan = { kind: 'nodata' };
