/**
 * Queries that miss in the memo at the same place at the same time ask the sandbox once. As far as is
 * known they are on one path: their policy, host and all it has read by then are the same. The first
 * asks; the others wait for its end, and then walk the memo again, each with its own facts. They find
 * the decision, or miss at a place further down.
 *
 * Sandboxes run one request after the other, so to wait costs a query on another path no more than one
 * way through the pipe. Nobody waits where the last decision could not be remembered, twice for what is
 * not, for a query that has waited long itself, or for one whose deadline is later.
 */
import { assert } from '../base/assert.ts';
import { ask } from './ask-policy.ts';
import { questionOf } from './asked.ts';
import type { Decision } from './decision.ts';
import type { Exchange } from './exchange.ts';
import type { Flight } from './memo/memo-node.ts';
import type { Parts } from './parts.ts';

/** Of its deadline, that part may be over for a query that others wait for. */
const PATIENCE = 1 / 2;

/** What a query that waited for another is to do: begin anew, and if need be wait again, or ask for itself. */
export type Retry = 'again' | 'alone';

/** As `ask`, or waits for a query that asks the same. */
export function askOnce(exchange: Exchange, parts: Parts, done: (outcome: Decision | Retry) => void): void {
  const { zone, host, facts, arrivedAt } = exchange;
  const policy = zone?.attachment.policy;
  assert(policy !== undefined && host !== undefined, 'only policies are asked');
  const gap = exchange.asksAlone ? undefined : policy.memo.gap(questionOf(exchange, host), facts);
  if (gap === undefined) {
    ask(exchange, parts, done);
    return;
  }
  const { fork, value } = gap;
  if (!fork.isPromising) {
    ask(exchange, parts, (decision, isRemembered) => {
      fork.isPromising = isRemembered;
      done(decision);
    });
    return;
  }
  const ahead = fork.flight(value);
  if (ahead !== undefined && isWorthWaiting(ahead, arrivedAt, policy.deadlineMs * PATIENCE)) {
    parts.counters.steps.memoJoins += 1;
    ahead.waiting.push((isRemembered) => done(isRemembered ? 'again' : 'alone'));
    return;
  }
  const flight: Flight = { arrivedAt, waiting: [] };
  fork.begin(value, flight);
  ask(exchange, parts, (decision, isRemembered) => {
    fork.end(value, flight);
    fork.isPromising = isRemembered;
    done(decision);
    for (const tell of flight.waiting) tell(isRemembered);
  });
}

/** Of two queries with one policy, the one that arrived earlier has the earlier deadline. */
function isWorthWaiting(ahead: Flight, arrivedAt: number, patienceMs: number): boolean {
  return ahead.arrivedAt <= arrivedAt && performance.now() - ahead.arrivedAt < patienceMs;
}
