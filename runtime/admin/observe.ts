/** One look at the whole server: what everything the admin server tells is made from. */
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
 * Makes looks at a server that remember what ended processes had counted; one observer is enough for all. A client that asks
 * while a look is being taken shares the next with all who do, so that no number of them makes more work.
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
