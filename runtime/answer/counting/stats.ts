/**
 * What an answer process sends when control asks: everything it counted, zones in parts, so that queries pass between
 * them.
 */
import process from 'node:process';
import { loop } from '../../base/loop/loop-watch.ts';
import type { AnswerStats, StatsPart, ZoneStats } from '../../rpc/answer-stats.ts';
import { type HeldOf, heldOf } from '../../rpc/counter-rows.ts';
import { PROCESS_COUNTERS } from '../../rpc/counters.ts';
import { processCounts } from '../../rpc/process-counts.ts';
import type { LaneStats } from '../../runner/lanes/lanes.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import type { MemoSpace } from '../memo/memo-space.ts';
import { signedBy } from '../zones/served-signing.ts';
import type { ServedZone } from '../zones/served-zone.ts';
import type { Counters } from './counters.ts';

/** What transports count, all of them together. */
export type TransportCounts = HeldOf<typeof PROCESS_COUNTERS.transport>;

/** What signing counts. */
export type SigningCounts = HeldOf<typeof PROCESS_COUNTERS.signing>;

/** What becomes of queries that are recorded. */
export type RecordingCounts = HeldOf<typeof PROCESS_COUNTERS.recording>;

/** The counts with which a process begins. */
export function noTransportCounts(): TransportCounts {
  return heldOf(PROCESS_COUNTERS.transport);
}

/** Zones of one part: some 20 KB of JSON, which take half a millisecond to make. */
const ZONES_PER_PART = 100;

/** Everything the process counted for zones, part by part. */
export function* zoneStatsOf(
  counters: Counters,
  zones: Iterable<ServedZone>,
  sandbox: Pick<LaneStats, 'quarantined'>,
): Generator<StatsPart> {
  for (const queries of counters.queriesInParts()) yield { queries, zones: [] };
  const quarantined = new Set(sandbox.quarantined);
  const served = [...zones];
  for (let first = 0; first < served.length; first += ZONES_PER_PART) {
    const part = served.slice(first, first + ZONES_PER_PART);
    yield { queries: [], zones: part.map((zone) => zoneStats(zone, quarantined)) };
  }
}

/** Everything the process counted that is of no one zone. */
export function statsOf(
  counters: Counters,
  memory: MemoSpace,
  sandbox: LaneStats,
  transport: TransportCounts,
  limited: RateLimit['counts'] = heldOf(PROCESS_COUNTERS.limited),
  signing: SigningCounts = heldOf(PROCESS_COUNTERS.signing),
  recording: RecordingCounts = heldOf(PROCESS_COUNTERS.recording),
): Omit<AnswerStats, keyof StatsPart> {
  const { user, system } = process.cpuUsage();
  const { isIdle, pid, rssBytes, restarts, pending, apart, heavy } = sandbox;
  const { steps, cookies } = counters;
  return {
    pid: process.pid,
    rssBytes: residentOctets(),
    cpuMicros: user + system,
    counts: processCounts({
      steps,
      cookies,
      transport,
      limited,
      recording,
      memory,
      signing,
      sandbox,
      loop: loop.stats(),
    }),
    sandbox: { ...(isIdle && { isIdle }), pid, rssBytes, restarts, pending },
    ...(apart && { apart: { pid: apart.pid, rssBytes: apart.rssBytes } }),
    ...(heavy && { heavy: { pid: heavy.pid, rssBytes: heavy.rssBytes } }),
  };
}

/** 0 where the system has no descriptor left to read it with (EMFILE): that is no reason to end. */
function residentOctets(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

function zoneStats({ attachment }: ServedZone, quarantined: ReadonlySet<string>): ZoneStats {
  const { id, version, policy, counters, signing } = attachment;
  const breaker = breakerOf(policy, quarantined);
  const sound = signedBy(signing);
  const signaturesEnd = sound?.made?.signer.expiration ?? sound?.end ?? 0;
  return { zone: id, version, ...counters.all, signaturesEnd, breaker, leaves: policy?.memo.size ?? 0 };
}

function breakerOf(
  policy: ServedZone['attachment']['policy'],
  quarantined: ReadonlySet<string>,
): ZoneStats['breaker'] {
  if (policy === undefined) return 'closed';
  const isQuarantined = policy.quarantined !== undefined || quarantined.has(policy.key);
  return isQuarantined ? 'quarantined' : policy.breaker.state;
}
