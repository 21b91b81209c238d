/**
 * Who is to blame for a process that was lost: the policy of its oldest request, unless another process killed it, or
 * it was given up for having computed nothing. The policy is charged (charges.ts), and its other requests are given
 * up. Those of other policies go to the next process, once: one may have been the real culprit, its replies on their
 * way out.
 */
import type { Dispatch } from './dispatch.ts';
import type { HeldPolicies } from './held-policies.ts';
import type { HeldPolicy, PendingRequest } from './held-policy.ts';
import { blame } from './request-end.ts';

export interface Loss {
  /** In words. */
  readonly why: string;
  /** For no fault of what ran in it. */
  readonly isForeign: boolean;
}

/** Settles all that the process that served had been sent, and what waits. Returns why it was lost, for the log. */
export function settleLoss({ why, isForeign }: Loss, dispatch: Dispatch, policies: HeldPolicies): string {
  const pending = dispatch.close();
  const culprit = isForeign ? undefined : pending.shift();
  const [oldest] = pending;
  if (isForeign && oldest?.kind === 'load') policies.noteLoadLost(oldest.policy, why);
  policies.moveTo(undefined);
  const now = performance.now();
  const reason = culprit === undefined ? why : charge(culprit, why, now);
  for (const request of [...pending, ...dispatch.takeCrowd()]) {
    // Loads are made anew, when the next process has nothing better to do.
    if (request.kind === 'load') continue;
    // Its policy has just shown what it can do: it must not do the same to the next process at once.
    if (request.policy === culprit?.policy) blame(request, 'The policy has just ended its sandbox');
    else dispatch.submitAgain(request, `The sandbox was lost twice: ${why}`, now);
  }
  return reason;
}

/** Charges the policy that a spare was loading. Returns why the spare was lost, if a policy is to blame. */
export function settleSpareLoss(
  { why, isForeign }: Loss,
  loading: HeldPolicy | undefined,
): string | undefined {
  if (loading === undefined || isForeign) return undefined;
  loading.charges.add(performance.now());
  return `${why} while it loaded ${loading.key}, as a spare`;
}

function charge(culprit: PendingRequest, why: string, now: number): string {
  const { policy } = culprit;
  const message = `The sandbox was lost: ${why}`;
  policy.charges.add(now);
  if (culprit.kind === 'run') blame(culprit, message);
  else policy.settle({ ok: false, reason: culprit.hasOffended ? 'timeout' : 'crash', message });
  return `${why} while it ran ${policy.key}${policy.charges.quarantined ? ', which is quarantined now' : ''}`;
}
