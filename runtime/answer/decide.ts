/**
 * From a host of a policy to a plan: the one it always has, the one it is remembered to come to,
 * the one the sandbox was just asked for; else its fallback, or the sandbox has to be asked.
 */

import { assert } from '../base/assert.ts';
import { questionOf } from './asked.ts';
import type { Decision, FallbackCause } from './decision.ts';
import { type Draft, isNamed } from './draft.ts';
import type { NextStep } from './next-step.ts';
import { type RecheckParts, recheck } from './recheck.ts';
import type { ServedHost, ServedPolicy } from './zones/served-zone.ts';

const OPEN: FallbackCause = {
  reason: 'breaker',
  message: 'The policy failed too often in a row and is left alone for a while',
};

/** Finds the plan. */
export function decide(draft: Draft, parts: RecheckParts): NextStep {
  const { zone, found } = draft;
  const policy = zone?.attachment.policy;
  const host = policy?.hosts[found.hostIndex];
  assert(zone !== undefined && policy !== undefined && host !== undefined, 'hosts are a policy’s');
  draft.host = host;
  const { plan } = host;
  if (plan !== null) {
    draft.plan = plan;
    return 'next';
  }
  const decision = decisionFor(draft, policy, host);
  if (decision !== undefined) return take(draft, decision);
  const stopped = policy.quarantined ?? policy.stoppedHosts?.get(host.key);
  if (stopped !== undefined) return fallBack(draft, policy, { reason: 'quarantined', message: stopped });
  if (remembers(draft, policy, parts)) return 'next';
  return policy.breaker.allows(draft.now()) ? 'wait' : fallBack(draft, policy, OPEN);
}

function decisionFor(draft: Draft, policy: ServedPolicy, host: ServedHost): Decision | undefined {
  for (const decision of draft.decisions) {
    if (decision.policy === policy && decision.host === host && isNamed(draft, decision.name))
      return decision;
  }
  return undefined;
}

function take(draft: Draft, decision: Decision): NextStep {
  const { plan, needs, facts, cause } = decision;
  draft.notes?.ran(decision);
  draft.plan = plan;
  draft.facts.note(needs);
  draft.facts.noteAll(facts);
  if (cause !== undefined) draft.noteFallback(cause);
  return 'next';
}

function remembers(draft: Draft, policy: ServedPolicy, parts: RecheckParts): boolean {
  const { host, steps, facts } = draft;
  if (host === undefined || steps !== undefined) return false;
  const { memo } = policy;
  const leaf = memo.find(questionOf(draft, host), facts);
  if (leaf === undefined) return false;
  draft.notes?.remembered(leaf, draft);
  draft.plan = leaf.plan;
  draft.memoHits += 1;
  parts.counters.countMemoHits(draft.row, 1);
  memo.space.hitsToRecheck -= 1;
  if (memo.space.hitsToRecheck <= 0) recheck(leaf, draft, parts);
  return true;
}

function fallBack(draft: Draft, policy: ServedPolicy, cause: FallbackCause): NextStep {
  draft.plan = policy.fallback;
  draft.noteFallback(cause);
  return 'next';
}
