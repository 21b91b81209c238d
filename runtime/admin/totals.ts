/**
 * Counters of all answer processes together, including processes that have ended: a process that is
 * replaced begins at zero, and a sum that shrinks would look to Prometheus like a restart of the
 * whole server.
 */
import type { AnswerStats, ZoneStats } from '../rpc/answer-stats.ts';
import { noneOf, pastOf, sumOf } from '../rpc/counter-rows.ts';
import { ZONE_COUNTERS } from '../rpc/counters.ts';
import {
  noProcessCounts,
  type ProcessCounts,
  pastProcessCounts,
  sumOfProcessCounts,
  type ZoneCounts,
} from '../rpc/process-counts.ts';

/** One zone's counters. */
export interface ZoneTotals {
  queries: number;
  counts: ZoneCounts;
  /** The worst state that any living process reports. */
  breaker: ZoneStats['breaker'];
}

type QueryCount = AnswerStats['queries'][number];

export interface Totals {
  /** Counts of queries by zone, type, rcode and transport. */
  readonly queries: Map<string, QueryCount>;
  readonly zones: Map<string, ZoneTotals>;
  counts: ProcessCounts;
}

/** Keeps what ended processes had counted when they were last asked. */
export class Tally {
  #ended = noTotals();
  readonly #last = new Map<number, AnswerStats>();

  /**
   * Returns the totals after fresh stats. `living`: the pids of all processes, whether or not they replied.
   */
  update(stats: readonly AnswerStats[], living: ReadonlySet<number>): Totals {
    for (const fresh of stats) this.#last.set(fresh.pid, fresh);
    for (const [pid, last] of this.#last) {
      if (living.has(pid)) continue;
      addStats(this.#ended, withoutPresent(last));
      this.#last.delete(pid);
    }
    const totals = structuredClone(this.#ended);
    for (const last of this.#last.values()) {
      // If a process did not reply, what it last said of the present may no longer hold.
      const counts = stats.includes(last) ? last.counts : pastProcessCounts(last.counts);
      addStats(totals, { ...last, counts });
    }
    return totals;
  }
}

function noTotals(): Totals {
  return { queries: new Map(), zones: new Map(), counts: noProcessCounts() };
}

/** Stats without what an ended process said of the present, which no longer holds. */
function withoutPresent(stats: AnswerStats): AnswerStats {
  const zones = stats.zones.map((zone) => ({
    ...zone,
    ...pastOf(ZONE_COUNTERS, zone),
    breaker: 'closed' as const,
  }));
  return { ...stats, zones, counts: pastProcessCounts(stats.counts) };
}

function addStats(totals: Totals, stats: AnswerStats): void {
  for (const query of stats.queries) {
    const key = JSON.stringify([query.zone, query.type, query.rcode, query.transport]);
    const count = (totals.queries.get(key)?.count ?? 0) + query.count;
    totals.queries.set(key, { ...query, count });
    // Queries for no zone of ours count under no zone.
    if (query.zone !== '') zoneTotals(totals, query.zone).queries += query.count;
  }
  for (const zone of stats.zones) addZone(zoneTotals(totals, zone.zone), zone);
  totals.counts = sumOfProcessCounts(totals.counts, stats.counts);
}

function zoneTotals(totals: Totals, zone: string): ZoneTotals {
  const known = totals.zones.get(zone);
  if (known !== undefined) return known;
  const fresh: ZoneTotals = { queries: 0, counts: noneOf(ZONE_COUNTERS), breaker: 'closed' };
  totals.zones.set(zone, fresh);
  return fresh;
}

const BREAKERS: readonly ZoneStats['breaker'][] = ['closed', 'open', 'quarantined'];

function addZone(totals: ZoneTotals, zone: ZoneStats): void {
  totals.counts = sumOf(ZONE_COUNTERS, totals.counts, zone);
  if (BREAKERS.indexOf(zone.breaker) > BREAKERS.indexOf(totals.breaker)) totals.breaker = zone.breaker;
}
