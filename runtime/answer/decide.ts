/**
 * From a host of a policy to a plan: the one it always has, the one it is remembered to come to,
 * the one the sandbox was just asked for; else its fallback, or the sandbox has to be asked.
 */

import { assert } from '../base/assert.ts';
import { questionOf } from './asked.ts';
import type { Decision, Exchange, FallbackCause } from './exchange.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';
import { recheck } from './recheck.ts';
import type { ServedHost, ServedPolicy } from './zones/served-zone.ts';

const OPEN: FallbackCause = {
  reason: 'breaker',
  message: 'The policy failed too often in a row and is left alone for a while',
};

/** Finds the plan. */
export function decide(exchange: Exchange, parts: Parts): NextStep {
  const { zone, found } = exchange;
  const policy = zone?.attachment.policy;
  const host = policy?.hosts[found.hostIndex];
  assert(zone !== undefined && policy !== undefined && host !== undefined, 'hosts are a policy’s');
  exchange.host = host;
  if (host.plan !== null) {
    exchange.plan = host.plan;
    return 'next';
  }
  const decision = decisionFor(exchange, policy, host);
  if (decision !== undefined) return take(exchange, decision);
  if (policy.quarantined !== undefined) {
    return fallBack(exchange, policy, { reason: 'quarantined', message: policy.quarantined });
  }
  if (remembers(exchange, policy, parts)) return 'next';
  return policy.breaker.allows(performance.now()) ? 'wait' : fallBack(exchange, policy, OPEN);
}

function decisionFor(exchange: Exchange, policy: ServedPolicy, host: ServedHost): Decision | undefined {
  const { decisions, name, nameLength } = exchange;
  for (const decision of decisions) {
    if (decision.policy !== policy || decision.host !== host || decision.name.length !== nameLength) continue;
    if (decision.name.every((octet, at) => octet === name[at])) return decision;
  }
  return undefined;
}

function take(exchange: Exchange, { plan, needs, cause }: Decision): NextStep {
  exchange.plan = plan;
  exchange.facts.note(needs);
  if (cause !== undefined) exchange.noteFallback(cause);
  return 'next';
}

function remembers(exchange: Exchange, policy: ServedPolicy, parts: Parts): boolean {
  const { host, steps, facts } = exchange;
  if (host === undefined || steps !== undefined) return false;
  const { memo } = policy;
  const leaf = memo.find(questionOf(exchange, host), facts);
  if (leaf === undefined) return false;
  exchange.plan = leaf.plan;
  exchange.memoHits += 1;
  parts.counters.countMemoHits(exchange.row, 1);
  memo.space.hitsToRecheck -= 1;
  if (memo.space.hitsToRecheck <= 0) recheck(leaf, exchange, parts);
  return true;
}

function fallBack(exchange: Exchange, policy: ServedPolicy, cause: FallbackCause): NextStep {
  exchange.plan = policy.fallback;
  exchange.noteFallback(cause);
  return 'next';
}
