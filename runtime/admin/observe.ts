/** One look at the whole server, from which status, metrics and the page are made. */
import type { AnswerStats } from '../rpc/answer-stats.ts';
import type { AdminSource } from './source.ts';
import { type Status, statusOf } from './status.ts';
import { Tally, type Totals } from './totals.ts';

export interface Observation {
  readonly status: Status;
  readonly stats: readonly AnswerStats[];
  readonly totals: Totals;
}

/** Takes one look. */
export type Observer = () => Promise<Observation>;

/**
 * Makes an observer, which remembers what ended processes had counted; all clients can share one. Clients
 * that ask while a look is being taken share the next one, so that many clients make no more work.
 */
export function createObserver(source: AdminSource): Observer {
  const tally = new Tally();
  const look = async (): Promise<Observation> => {
    const stats = await source.stats();
    const facts = source.facts();
    const totals = tally.update(stats, new Set(facts.answer.map(({ pid }) => pid)));
    return { status: statusOf(facts, stats, totals), stats, totals };
  };
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Observation> | undefined;
  const begin = (): Promise<Observation> => {
    next = undefined;
    const now = look();
    last = now.catch(() => {});
    return now;
  };
  return () => {
    next ??= last.then(begin);
    return next;
  };
}
