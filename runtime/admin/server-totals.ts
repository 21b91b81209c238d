/** The totals of the status: what all processes and zones counted, each counter under the name in its row. */
import type { AnswerStats } from '../rpc/answer-stats.ts';
import { namedForTotals, noneOf, sumOf } from '../rpc/counter-rows.ts';
import { ZONE_COUNTERS } from '../rpc/counters.ts';
import { processTotals, type TotalNames } from '../rpc/process-counts.ts';
import type { ServerFacts } from './source.ts';
import type { Totals } from './totals.ts';

export interface ServerTotals extends Readonly<Record<TotalNames, number>> {
  readonly queries: number;
  /** Decisions that are remembered at the moment. */
  readonly memoLeaves: number;
  readonly reloads: number;
  readonly reloadFailures: number;
  readonly answerRestarts: number;
}

export function serverTotals(
  { reloads, reloadFailures, answer }: ServerFacts,
  stats: readonly AnswerStats[],
  { queries, zones, counts }: Totals,
): ServerTotals {
  const ofZones = [...zones.values()].reduce(
    (sums, zone) => sumOf(ZONE_COUNTERS, sums, zone.counts),
    noneOf(ZONE_COUNTERS),
  );
  return {
    queries: sum([...queries.values()].map(({ count }) => count)),
    ...namedForTotals(ZONE_COUNTERS, ofZones),
    ...processTotals(counts),
    memoLeaves: sum(stats.flatMap((one) => one.zones.map(({ leaves }) => leaves))),
    reloads,
    reloadFailures,
    answerRestarts: sum(answer.map(({ restarts }) => restarts)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
