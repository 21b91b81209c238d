/**
 * Counters of all answer processes together, those that have ended among them: a process that is
 * replaced begins at zero, and a sum that shrinks would look to Prometheus like a restart of the
 * whole server.
 */
import { type HistogramData, mergeHistograms } from '../base/meter.ts';
import type { AnswerStats, ZoneStats } from '../rpc/answer-stats.ts';

/** One zone's counters. */
export interface ZoneTotals {
  queries: number;
  runs: number;
  memoHits: number;
  contradictions: number;
  /** Reason → how often. */
  readonly unremembered: Map<string, number>;
  readonly fallbacks: Map<string, number>;
  /** The worst that any living process says. */
  breaker: ZoneStats['breaker'];
}

type QueryCount = AnswerStats['queries'][number];

export interface Totals {
  /** By zone, type, rcode and transport. */
  readonly queries: Map<string, QueryCount>;
  readonly zones: Map<string, ZoneTotals>;
  /** Packets without an answer, by reason. */
  readonly dropped: Map<string, number>;
  /** Queries by what their cookie was worth, and responses over the rate by what became of them. */
  readonly cookies: Map<string, number>;
  readonly limited: Map<string, number>;
  decisionSeconds: HistogramData;
  runSeconds: HistogramData;
  turnSeconds: HistogramData;
  delaySeconds: HistogramData;
  stalls: number;
  sandboxRestarts: number;
  memoHits: number;
  memoMisses: number;
  memoJoins: number;
  memoRechecks: number;
  packetHits: number;
  memoEvictions: number;
}

/** Keeps what ended processes had counted when they were last asked. */
export class Tally {
  #ended = noTotals();
  readonly #last = new Map<number, AnswerStats>();

  /** Totals after fresh stats. `living`: the processes there are, whether or not they replied. */
  update(stats: readonly AnswerStats[], living: ReadonlySet<number>): Totals {
    for (const fresh of stats) this.#last.set(fresh.pid, fresh);
    for (const [pid, last] of this.#last) {
      if (living.has(pid)) continue;
      addStats(this.#ended, withoutPresent(last));
      this.#last.delete(pid);
    }
    const totals = structuredClone(this.#ended);
    for (const last of this.#last.values()) addStats(totals, last);
    return totals;
  }
}

function noTotals(): Totals {
  return {
    queries: new Map(),
    zones: new Map(),
    dropped: new Map(),
    cookies: new Map(),
    limited: new Map(),
    decisionSeconds: mergeHistograms([]),
    runSeconds: mergeHistograms([]),
    turnSeconds: mergeHistograms([]),
    delaySeconds: mergeHistograms([]),
    stalls: 0,
    sandboxRestarts: 0,
    memoHits: 0,
    memoMisses: 0,
    memoJoins: 0,
    memoRechecks: 0,
    packetHits: 0,
    memoEvictions: 0,
  };
}

/** What an ended process says of the present no longer holds. */
function withoutPresent(stats: AnswerStats): AnswerStats {
  return { ...stats, zones: stats.zones.map((zone) => ({ ...zone, breaker: 'closed' })) };
}

function addStats(totals: Totals, stats: AnswerStats): void {
  for (const query of stats.queries) {
    const key = JSON.stringify([query.zone, query.type, query.rcode, query.transport]);
    const count = (totals.queries.get(key)?.count ?? 0) + query.count;
    totals.queries.set(key, { ...query, count });
    // Queries for no zone of ours are counted under none.
    if (query.zone !== '') zoneTotals(totals, query.zone).queries += query.count;
  }
  for (const zone of stats.zones) addZone(zoneTotals(totals, zone.zone), zone);
  addCounts(totals.dropped, stats.dropped);
  addCounts(totals.cookies, stats.cookies);
  addCounts(totals.limited, stats.limited);
  totals.decisionSeconds = mergeHistograms([totals.decisionSeconds, stats.decisionSeconds]);
  totals.runSeconds = mergeHistograms([totals.runSeconds, stats.runSeconds]);
  totals.turnSeconds = mergeHistograms([totals.turnSeconds, stats.loop.turnSeconds]);
  totals.delaySeconds = mergeHistograms([totals.delaySeconds, stats.loop.delaySeconds]);
  totals.stalls += stats.loop.stalls;
  totals.sandboxRestarts += stats.sandbox.restarts;
  totals.memoHits += stats.memo.hits;
  totals.memoMisses += stats.memo.misses;
  totals.memoJoins += stats.memo.joins;
  totals.memoRechecks += stats.memo.rechecks;
  totals.packetHits += stats.memo.packets;
  totals.memoEvictions += stats.memo.evictions;
}

function zoneTotals(totals: Totals, zone: string): ZoneTotals {
  const known = totals.zones.get(zone);
  if (known !== undefined) return known;
  const fresh: ZoneTotals = {
    queries: 0,
    runs: 0,
    memoHits: 0,
    contradictions: 0,
    unremembered: new Map(),
    fallbacks: new Map(),
    breaker: 'closed',
  };
  totals.zones.set(zone, fresh);
  return fresh;
}

const BREAKERS: readonly ZoneStats['breaker'][] = ['closed', 'open', 'quarantined'];

function addZone(totals: ZoneTotals, zone: ZoneStats): void {
  totals.runs += zone.runs;
  totals.memoHits += zone.memoHits;
  totals.contradictions += zone.contradictions;
  addCounts(totals.unremembered, zone.unremembered);
  addCounts(totals.fallbacks, zone.fallbacks);
  if (BREAKERS.indexOf(zone.breaker) > BREAKERS.indexOf(totals.breaker)) totals.breaker = zone.breaker;
}

function addCounts(into: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(counts)) into.set(reason, (into.get(reason) ?? 0) + count);
}
