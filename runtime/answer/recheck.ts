/**
 * Whether what is remembered is still what the policy would say. Now and then a query that was answered
 * from memory is decided once more, by the facts it was answered with, when the sandbox has nothing
 * else to do. A policy that comes to something else keeps a state of its own, and is not remembered.
 */
import { isDeepStrictEqual } from 'node:util';
import { compilePlan } from '../plan/compile-plan.ts';
import { planText } from '../plan/plan-text.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import { type Asked, askedBy, pastReads, runAsked } from './asked.ts';
import { contradict } from './contradict.ts';
import type { Draft } from './draft.ts';
import type { PastRead } from './facts/fact.ts';
import type { Contradiction } from './memo/memo.ts';
import type { Leaf } from './memo/memo-node.ts';
import { HITS_TO_RECHECK } from './memo/memo-space.ts';
import type { Parts } from './parts.ts';

/** Between two for one policy, and between any two. */
const POLICY_PAUSE_MS = 1000;
const PAUSE_MS = 50;
/** After one that the sandbox did not finish: nobody waits for these, so nobody should suffer from them. */
const RELIEF_MS = 60_000;

/** What it takes: nothing that knows the client. */
export type RecheckParts = Pick<Parts, 'sandbox' | 'counters' | 'onContradiction' | 'packets'>;

/** Makes a remembered decision again, if it is time for one. Called once in so many hits. */
export function recheck(leaf: Leaf, draft: Draft, parts: RecheckParts): void {
  const memo = draft.zone?.attachment.policy?.memo;
  if (memo === undefined) return;
  memo.space.hitsToRecheck = HITS_TO_RECHECK;
  const now = performance.now();
  if (parts.counters.running > 0 || now < memo.nextRecheckAt || now < memo.space.nextRecheckAt) return;
  memo.nextRecheckAt = now + POLICY_PAUSE_MS;
  memo.space.nextRecheckAt = now + PAUSE_MS;
  const asked = askedBy(draft);
  const before = leaf.reads;
  parts.counters.steps.memoRechecks += 1;
  runAsked(asked, draft.facts.forSandbox(asked.policy.pools, asked.policy.lists), now, parts, (outcome) => {
    if (!outcome.ok && outcome.reason !== 'throw' && outcome.reason !== 'invalid') {
      memo.nextRecheckAt = now + RELIEF_MS;
      return;
    }
    const contradiction = differenceIn(outcome, asked, leaf, before);
    if (contradiction !== undefined) contradict(asked, contradiction, parts);
  });
}

function differenceIn(
  outcome: RunOutcome,
  asked: Asked,
  leaf: Leaf,
  before: readonly PastRead[],
): Contradiction | undefined {
  if (!outcome.ok) return { what: 'failure', detail: `now failed: ${outcome.message}` };
  const [impurity] = outcome.impure;
  if (impurity !== undefined) return { what: 'chance', detail: `now used "${impurity}", and did not before` };
  const reads = pastReads(outcome, asked);
  const [now, then] = [readsText(reads ?? []), readsText(before)];
  if (reads === undefined || now !== then)
    return { what: 'facts', detail: `now read ${now}, and ${then} before` };
  const { host } = asked;
  const plan = compilePlan(outcome.plan, host.planContext);
  if (!plan.ok) return { what: 'failure', detail: `now gave no valid answer: ${plan.problem}` };
  if (isDeepStrictEqual(plan.value, leaf.plan)) return undefined;
  return { what: 'plan', detail: `now decided ${planText(plan.value)}, and ${planText(leaf.plan)} before` };
}

/** Name and type are those of the question. */
function readsText(reads: readonly PastRead[]): string {
  if (reads.length === 0) return 'nothing';
  return reads
    .map(({ fact: { key, kind }, value }) =>
      kind === 'name' || kind === 'type' ? key : `${key}=${JSON.stringify(value)}`,
    )
    .join(', ');
}
