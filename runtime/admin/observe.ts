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

/** Makes looks at a server that remember what ended processes had counted; one observer is enough for all. */
export function createObserver(source: AdminSource): Observer {
  const tally = new Tally();
  return async () => {
    const stats = await source.stats();
    const facts = source.facts();
    const totals = tally.update(stats, new Set(facts.answer.map(({ pid }) => pid)));
    return { status: statusOf(facts, stats, totals), stats, totals };
  };
}
