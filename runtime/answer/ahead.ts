/**
 * Decides ahead. To have a policy loaded takes a hundred times as long as to run it, and of thousands of policies not
 * all stay loaded. So once a policy has decided for one of the groups of clients that its comparisons tell apart
 * (rpc/alike.ts), it decides for the few others as well, while it is there. What it comes to is remembered like any
 * decision, and queries that come meanwhile wait for it (join.ts).
 *
 * Facts are as they were for the query that was decided, but of its client only the one fact is known. A policy that
 * reads more of it then, or fails, decides nothing ahead from then on: what it would say is nobody's answer.
 */
import { OTHER } from '../rpc/alike.ts';
import type { FactValue } from '../rpc/plan.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';
import type { RunOutcome } from '../runner/runs-and-loads.ts';
import { type Asked, runAsked } from './asked.ts';
import { type Fact, NEEDS, type PastRead } from './facts/fact.ts';
import type { Memo } from './memo/memo.ts';
import type { Flight } from './memo/memo-node.ts';
import type { Parts } from './parts.ts';

/** Groups for which a policy decides ahead; it waits to be asked for each if there are more. */
const MOST_GROUPS = 16;
/** Runs that take longer are not worth it while others wait; microseconds. The first in an isolate takes long. */
const MOST_MICROS = 2000;
/** What a policy decides ahead may take one part in so many of the time, whatever its clients lead it to. */
const TIME_PART = 10;
/** Of the memory for decisions, those made ahead may fill that part. */
const PART = 0.75;

/**
 * A decision was remembered that was made in so many microseconds by these facts: others like it may follow. `learn`
 * remembers what a run has come to; it says whether that could be.
 */
export function decideAhead(
  asked: Asked,
  reads: readonly PastRead[],
  micros: number,
  given: FactsData,
  parts: Parts,
  learn: (outcome: RunOutcome) => boolean,
): void {
  const { policy, question } = asked;
  const { memo, breaker } = policy;
  const at = reads.findIndex(isOfClient);
  const fact = reads[at]?.fact;
  if (fact?.kind !== 'place' || fact.alike === undefined || !memo.decidesAhead) return;
  // Names are without end, and whoever asks for one seldom asks again.
  if (micros > MOST_MICROS || reads.some((read) => read.fact.kind === 'name')) return;
  const groups = [...new Set(fact.alike.values()), OTHER, null];
  const fork = memo.branchFor(question, reads.slice(0, at), fact);
  if (groups.length > MOST_GROUPS || fork === undefined || breaker.state !== 'closed' || !hasRoom(memo))
    return;
  const now = performance.now();
  if (now < memo.nextAheadAt) return;
  memo.nextAheadAt = now + (TIME_PART * groups.length * micros) / 1000;
  for (const group of groups) {
    if (fork.get(group) !== undefined || fork.flight(group) !== undefined) continue;
    const flight: Flight = { arrivedAt: now, waiting: [] };
    fork.begin(group, flight);
    parts.counters.steps.memoAhead += 1;
    runAsked(asked, factsOf(given, fact.field, group), flight.arrivedAt, parts, (outcome) => {
      const isRemembered = memo.decidesAhead && learn(outcome);
      if (!isRemembered && (outcome.ok || outcome.isOurs !== true)) memo.decidesAhead = false;
      fork.end(group, flight);
      for (const tell of flight.waiting) tell(isRemembered);
    });
  }
}

/** Whether a decision made ahead is that of anybody in its group: it read no more of its client than `reads` tell. */
export function isOfGroup(facts: readonly (Fact | undefined)[], reads: readonly PastRead[]): boolean {
  const key = reads.find(isOfClient)?.fact.key;
  return facts.every((fact) => fact !== undefined && (fact.needs === NEEDS.NOTHING || fact.key === key));
}

function isOfClient({ fact }: PastRead): boolean {
  return fact.needs !== NEEDS.NOTHING;
}

function factsOf(given: FactsData, field: string, group: FactValue): FactsData {
  return { ...given, place: group === null ? {} : { [field]: group } };
}

function hasRoom({ size, octets, space }: Memo): boolean {
  const { limits } = space;
  return (
    size < limits.leaves * PART && octets < limits.policyOctets * PART && space.octets < limits.octets * PART
  );
}
