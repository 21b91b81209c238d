/**
 * Which ways a policy takes in all of its cases together. They were walked before: here each case is decided once more, by a
 * script that notes the ways (build/mark-branches.ts).
 */

import { isFields } from '../base/data-reader.ts';
import { BRANCHES_HOST } from '../build/mark-branches.ts';
import type { Read } from '../rpc/plan.ts';
import { type HostCases, IN_FLIGHT, type LoadedPolicy, runCase, type SandboxRuns } from './explore-policy.ts';

/**
 * Whether these are all cases that any client can be in: nothing was left out or only sampled, no case failed, and what
 * each decides follows from what it read.
 */
export function areAllCases(hosts: readonly HostCases[]): boolean {
  return hosts.every(
    ({ cases: { untaken, sampled, leaves } }) =>
      untaken === 0 &&
      sampled.size === 0 &&
      leaves.every(({ result, reads }) => result.ok && result.impure.length === 0 && !isFarAway(reads)),
  );
}

/** The 29th of February that is a Monday may be further away than the walk looks (moments.ts). */
function isFarAway(reads: readonly Read[]): boolean {
  const hasRead = (part: string): boolean =>
    reads.some(([fact]) => fact.startsWith('time') && fact.endsWith(part));
  return hasRead('.weekday') && hasRead('.day');
}

/**
 * The digits of all sites; `undefined` where the marked script does not run as the policy does. `policy` is the marked one.
 * Cases are decided until `isEnough` says that no other can tell anything new.
 */
export async function branchesTaken(
  policy: Pick<LoadedPolicy, 'key' | 'manifest'>,
  hosts: readonly HostCases[],
  sandbox: SandboxRuns,
  sites: number,
  isEnough: (digits: readonly number[]) => boolean,
): Promise<readonly number[] | undefined> {
  const cases = hosts.flatMap(({ host, cases: { leaves } }) =>
    leaves.map(({ witness }) => ({ host, witness })),
  );
  let digits: readonly number[] | undefined;
  for (let at = 0; at < cases.length; at += IN_FLIGHT) {
    const some = cases.slice(at, at + IN_FLIGHT);
    const runs = some.map(({ host, witness }) => runCase(host, witness, policy, sandbox));
    if ((await Promise.all(runs)).some(({ ok }) => !ok)) return undefined;
    const told = some[0] && (await runCase({ key: BRANCHES_HOST }, some[0].witness, policy, sandbox));
    digits = told?.ok ? digitsIn(told.plan, sites) : undefined;
    if (digits === undefined || isEnough(digits)) return digits;
  }
  return digits;
}

/** A policy may say anything. */
function digitsIn(plan: unknown, sites: number): readonly number[] | undefined {
  const seen = isFields(plan) ? plan.seen : undefined;
  const isSound = typeof seen === 'string' && seen.length === sites && /^[0-3]+$/.test(seen);
  return isSound ? Array.from(seen, Number) : undefined;
}
