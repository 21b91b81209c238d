/**
 * Asks the sandbox for a decision, and turns whatever comes back, a plan or a failure, into one.
 * What is learned on the way is kept: decisions without impurities in the memo, failures in the
 * policy's breaker, times in the histograms. See join.ts for queries that ask the same at one time.
 */

import { assert } from '../base/assert.ts';
import { keyPath } from '../base/key-path.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import { beyondText, typeBeyond } from '../plan/host-types.ts';
import type { Plan } from '../plan/plan.ts';
import type { Unremembered } from '../rpc/fallback.ts';
import type { PlanData } from '../rpc/plan.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import { holdsRecords } from '../zone/lookup.ts';
import { decideAhead, isOfGroup } from './ahead.ts';
import { type Asked, askedBy, pastReads, runAsked } from './asked.ts';
import { contradict } from './contradict.ts';
import type { Decision, FallbackCause } from './decision.ts';
import type { Exchange } from './exchange.ts';
import { NEEDS, parseFact } from './facts/fact.ts';
import type { Parts } from './parts.ts';
import { signedBy } from './zones/served-signing.ts';
import type { DecisionReading, ServedPolicy } from './zones/served-zone.ts';

/**
 * Asks for what the `decide` step of this exchange waits for. `done` may be called at once, and is called
 * once; it is told whether the decision is remembered from now on.
 */
export function ask(
  exchange: Exchange,
  parts: Parts,
  done: (decision: Decision, isRemembered: boolean) => void,
): void {
  const asked = askedBy(exchange);
  const { counters } = asked.zone.attachment;
  counters.counts.runs += 1;
  if (asked.isForMemo) parts.counters.steps.memoMisses += 1;
  const facts = exchange.facts.forSandbox(asked.policy.pools, asked.policy.lists);
  runAsked(asked, facts, exchange.arrivedAt, parts, (outcome) => {
    const reading = outcome.ok ? readingOf(outcome, asked, parts) : outcome;
    if ('reason' in reading) done(fallBack(reading, asked), false);
    else if (outcome.ok) {
      const isRemembered = keep(reading, outcome, asked, parts);
      done(settle(outcome, reading, asked), isRemembered);
      if (isRemembered) follow(asked, facts, reading, outcome, parts);
    }
  });
}

/** Has the policy decide for others as well who may ask next, where that is known. */
function follow(
  asked: Asked,
  given: FactsData,
  { facts }: DecisionReading,
  outcome: RunOutcome & { ok: true },
  parts: Parts,
): void {
  if (!facts.some((fact) => fact?.kind === 'place' && fact.alike !== undefined)) return;
  const reads = pastReads(outcome, asked, facts) ?? [];
  decideAhead(asked, reads, outcome.micros, given, parts, (ahead) => {
    const reading = ahead.ok ? readingOf(ahead, asked, parts) : ahead;
    if ('reason' in reading || !ahead.ok) return false;
    return isOfGroup(reading.facts, reads) && keepOr(reading, ahead, asked, parts) === undefined;
  });
}

/** As if the sandbox had failed, where it is not to be asked after all. */
export function turnAway(exchange: Exchange, message: string): Decision {
  const { zone, host, name, nameLength } = exchange;
  const policy = zone?.attachment.policy;
  assert(policy !== undefined && host !== undefined, 'only policies are asked');
  return fallBack(
    { reason: 'sandbox', message, isOurs: true },
    { policy, host, question: { name: name.slice(0, nameLength) }, isForMemo: true },
  );
}

/** What a run has decided, and why that is no answer if it is none. What was told before was read before. */
function readingOf(
  outcome: RunOutcome & { ok: true },
  asked: Asked,
  parts: Parts,
): DecisionReading | FallbackCause {
  const { host, zone } = asked;
  const { told } = outcome;
  parts.counters.steps.runSeconds.observe(outcome.micros / 1e6);
  const known = told && host.readings?.get(told);
  if (known?.zone === zone) return known;
  const reading = read(outcome, asked, parts);
  if (told !== undefined && !('reason' in reading)) {
    host.readings ??= new WeakMap();
    host.readings.set(told, reading);
  }
  return reading;
}

function read(
  { plan: data, reads }: RunOutcome & { ok: true },
  asked: Asked,
  parts: Parts,
): DecisionReading | FallbackCause {
  const { host, zone, policy } = asked;
  const context = { ...host.planContext, sharesName: holdsRecords(zone, host.name) };
  const plan = compilePlan(data, context, keyPath('hosts', host.key));
  if (!plan.ok) return { reason: 'invalid', message: plan.problem, reads };
  const undeclared = undeclaredIn(plan.value, asked);
  if (undeclared !== undefined) return { reason: 'invalid', message: undeclared, reads };
  learnTtl(plan.value, asked, parts);
  const facts = reads.map(([key]) => parseFact(key, policy.pools, policy.lists));
  learnByName(facts, asked, parts);
  const needs = facts.reduce<number>((all, fact) => all | (fact?.needs ?? 0), NEEDS.NOTHING);
  return { zone, plan: plan.value, facts, needs };
}

function settle(
  outcome: RunOutcome & { ok: true },
  { plan, needs, facts }: DecisionReading,
  { policy, host, question, isForMemo }: Asked,
): Decision {
  if (isForMemo) policy.breaker.succeed();
  else policy.breaker.abstain();
  return {
    policy,
    host,
    name: question.name,
    plan,
    // compilePlan has looked at all of it.
    data: outcome.plan as PlanData,
    needs,
    facts,
    cause: undefined,
    isImpure: outcome.impure.length > 0,
    reads: outcome.reads,
    micros: outcome.micros,
  };
}

/** Denials of a host live as short as its shortest answer, once that is seen; those that are kept as well. */
function learnTtl(plan: Plan, { host }: Asked, { packets }: Pick<Parts, 'packets'>): void {
  if (host.noteTtl(plan)) packets?.clear();
}

/** Why a signed zone cannot give the answer: it has proved to others that nothing of that type is there. */
function undeclaredIn(plan: Plan, { zone, host }: Asked): string | undefined {
  const signing = signedBy(zone.attachment.signing);
  if (signing === undefined) return undefined;
  if (typeBeyond(plan, signing.hostTypes(host.index)) === undefined) return undefined;
  const type = typeBeyond(plan, signing.typesAt(zone.index, zone.index.find(host.name)));
  return type === undefined ? undefined : beyondText(type);
}

/**
 * A wildcard that decides by the name asked is signed at that name from now on, though its trial never saw it read the
 * name: a cache could give one name's answer to another (RFC 8198 §5.3).
 */
function learnByName(facts: DecisionReading['facts'], { zone, host }: Asked, { packets }: Parts): void {
  const signing = signedBy(zone.attachment.signing);
  if (signing === undefined || !host.isWildcard || signing.byName[host.index]) return;
  if (!facts.some((fact) => fact?.kind === 'name')) return;
  signing.byName[host.index] = true;
  packets?.clear();
}

/** Remembers a decision, or counts why it cannot be. */
function keep(
  reading: DecisionReading,
  outcome: RunOutcome & { ok: true },
  asked: Asked,
  parts: Parts,
): boolean {
  if (!asked.isForMemo) return false;
  const why = keepOr(reading, outcome, asked, parts);
  if (why !== undefined) asked.zone.attachment.counters.counts.unremembered[why] += 1;
  return why === undefined;
}

function keepOr(
  { plan, facts }: DecisionReading,
  outcome: RunOutcome & { ok: true },
  asked: Asked,
  parts: Parts,
): Unremembered | undefined {
  const { memo } = asked.policy;
  const [impurity] = outcome.impure;
  if (impurity !== undefined) return impurity;
  if (!memo.isOn) return 'off';
  const reads = pastReads(outcome, asked, facts);
  if (reads === undefined) return 'unknown';
  const problem = memo.remember(asked.question, reads, plan);
  if (problem === undefined || problem === 'size') return problem;
  contradict(asked, problem, parts);
  return 'off';
}

/**
 * What a run had read before it failed need not be all that made it fail: chance may have, or what was read is not known.
 * Others may fare better, so a resolver is to keep the fallback for this client's own network only.
 */
function fallBack(cause: FallbackCause, { policy, host, question, isForMemo }: AskedInBrief): Decision {
  if (isForMemo) noteFailure(cause, policy);
  else policy.breaker.abstain();
  return {
    policy,
    host,
    name: question.name,
    plan: policy.fallback,
    data: undefined,
    needs: NEEDS.SUBNET | NEEDS.PLACE,
    facts: [],
    cause,
    isImpure: false,
    reads: cause.reads ?? [],
    micros: undefined,
  };
}

/** An explanation may assume what never is so: it says nothing of the policy to its breaker. */
type AskedInBrief = Pick<Asked, 'policy' | 'host' | 'isForMemo'> & {
  readonly question: Pick<Asked['question'], 'name'>;
};

function noteFailure({ reason, isOurs }: FallbackCause, policy: ServedPolicy): void {
  const { breaker } = policy;
  if (isOurs) {
    breaker.abstain();
    return;
  }
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
