/**
 * Asks the sandbox for a decision, and turns whatever comes back, a plan or a failure, into one.
 * What is learned on the way is kept: decisions without impurities in the memo, failures in the
 * policy's breaker, times in the histograms.
 */
import { assert } from '../base/assert.ts';
import { keyPath } from '../base/key-path.ts';
import { compilePlan } from '../policy/compile-plan.ts';
import type { RunOutcome } from '../policy/sandbox-request.ts';
import type { PlanData } from '../rpc/plan.ts';
import { typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { questionOf } from './decide.ts';
import type { Decision, Exchange, FallbackCause } from './exchange.ts';
import { type Fact, NEEDS, parseFact } from './fact.ts';
import type { PastRead, Question } from './memo.ts';
import type { Parts } from './parts.ts';
import type { ServedHost, ServedPolicy, ServedZone } from './served-zone.ts';

/** One decision on its way, with all it will need when the exchange is busy with other queries. */
interface Asked {
  readonly zone: ServedZone;
  readonly policy: ServedPolicy;
  readonly host: ServedHost;
  readonly question: Question;
  readonly isRemembered: boolean;
}

/** Asks for what the `decide` step of this exchange waits for. `done` may be called at once, and is called once. */
export function ask(exchange: Exchange, parts: Parts, done: (decision: Decision) => void): void {
  const { zone, host, query, facts, arrivedAt } = exchange;
  const policy = zone?.attachment.policy;
  assert(zone !== undefined && policy !== undefined && host !== undefined, 'only policies are asked');
  const name = exchange.name.slice(0, exchange.nameLength);
  const question = { ...questionOf(exchange, host), name };
  const asked = { zone, policy, host, question, isRemembered: exchange.steps === undefined };
  zone.attachment.counters.runs += 1;
  parts.sandbox.run(
    {
      key: policy.key,
      host: host.key,
      name: nameToText(name).slice(0, -1),
      type: typeToText(query.type),
      facts: facts.forSandbox(policy.pools),
      budgetMs: policy.budgetMs,
      deadlineAt: arrivedAt + policy.deadlineMs,
    },
    (outcome) => done(settle(outcome, asked, parts)),
  );
}

/** As if the sandbox had failed, where it is not to be asked after all. */
export function turnAway(exchange: Exchange, message: string): Decision {
  const { zone, host, name, nameLength } = exchange;
  const policy = zone?.attachment.policy;
  assert(policy !== undefined && host !== undefined, 'only policies are asked');
  return fallBack({ reason: 'sandbox', message }, { policy, host, name: name.slice(0, nameLength) });
}

function settle(outcome: RunOutcome, asked: Asked, parts: Parts): Decision {
  const { policy, host, question } = asked;
  const { name } = question;
  if (!outcome.ok) return fallBack(outcome, { policy, host, name });
  parts.counters.runSeconds.observe(outcome.micros / 1e6);
  const plan = compilePlan(outcome.plan, host.planContext, keyPath('hosts', host.key));
  if (!plan.ok) return fallBack({ reason: 'invalid', message: plan.problem }, { policy, host, name });
  policy.breaker.succeed();
  const reads = outcome.reads.map(([key, value]) => ({ fact: parseFact(key, policy.pools), value }));
  if (asked.isRemembered && outcome.impure.length === 0 && areKnown(reads)) {
    policy.memo.remember(question, reads, plan.value);
  }
  return {
    policy,
    host,
    name,
    plan: plan.value,
    // compilePlan has looked at all of it.
    data: outcome.plan as PlanData,
    needs: reads.reduce<number>((needs, { fact }) => needs | (fact?.needs ?? 0), NEEDS.NOTHING),
    cause: undefined,
    reads: outcome.reads,
    micros: outcome.micros,
  };
}

/**
 * What a run that failed had read is lost with it. Others may fare better, so a resolver is to keep
 * the fallback for this client's own network only.
 */
function fallBack(cause: FallbackCause, asked: Pick<Decision, 'policy' | 'host' | 'name'>): Decision {
  noteFailure(cause, asked.policy);
  return {
    ...asked,
    plan: asked.policy.fallback,
    data: undefined,
    needs: NEEDS.SUBNET | NEEDS.PLACE,
    cause,
    reads: [],
    micros: undefined,
  };
}

function noteFailure({ reason }: FallbackCause, policy: ServedPolicy): void {
  const { breaker } = policy;
  const now = performance.now();
  if (reason === 'quarantined') {
    // The sandbox says so at once, without running anything: no pause would help.
    breaker.succeed();
    return;
  }
  // Queries that waited together and were too late together, because of one pause of anything, are one failure.
  const isLate = reason === 'deadline' || reason === 'sandbox';
  if (isLate && breaker.state === 'closed' && now - policy.lateAt < policy.deadlineMs) return;
  if (isLate) policy.lateAt = now;
  breaker.fail(now);
}

function areKnown(reads: readonly { fact: Fact | undefined }[]): reads is readonly PastRead[] {
  return reads.every(({ fact }) => fact !== undefined && fact.kind !== 'ip' && fact.kind !== 'unix');
}
