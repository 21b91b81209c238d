/**
 * Who is to blame for a sandbox process that was lost: the policy of its oldest request, unless another
 * process killed the sandbox, or its host gave it up for having computed nothing. The policy is charged
 * (charges.ts), and its other requests are given up. Requests of other policies go to the next process,
 * once: one of those policies may have been the real culprit, its replies on their way out. Of several runs in one
 * call none is charged: each gets a call of its own, in which the culprit ends the next process.
 */
import type { Dispatch } from './dispatch.ts';
import type { HeldPolicies } from './held-policies.ts';
import { type HeldPolicy, isShared, type PendingRequest } from './held-policy.ts';
import { blame, giveUp } from './request-end.ts';

export interface Loss {
  /** The reason in words. */
  readonly why: string;
  /** Whether no policy that ran in the process is to blame. */
  readonly isForeign: boolean;
}

/** Settles the requests sent to the lost process, and waiting ones. Returns why it was lost, for the log. */
export function settleLoss({ why, isForeign }: Loss, dispatch: Dispatch, policies: HeldPolicies): string {
  const pending = dispatch.close();
  const [oldest] = pending;
  const isOneOfSeveral = oldest !== undefined && isShared(oldest);
  const culprit = isForeign || isOneOfSeveral ? undefined : pending.shift();
  if (isForeign && oldest?.kind === 'load') policies.noteLoadLost(oldest.policy, why);
  policies.moveTo(undefined);
  const now = performance.now();
  const reason = culprit === undefined ? why : charge(culprit, why, now);
  for (const request of [...pending, ...dispatch.takeCrowd()]) {
    // The next process makes the load anew, when it has nothing better to do.
    if (request.kind === 'load') continue;
    // The policy has just ended a process: it must not do the same to the next one at once.
    // The run itself has done nothing: it was behind the one that did.
    if (request.policy === culprit?.policy)
      giveUp(request, 'Another run of the policy has just ended its sandbox');
    else if (!isForeign && isShared(request) && request.policy === oldest?.policy)
      dispatch.submitAlone(request, now);
    else dispatch.submitAgain(request, `The sandbox was lost twice: ${why}`, now);
  }
  return reason;
}

/** Charges the policy that the lost spare was loading. Returns why it was lost, if a policy is to blame. */
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
