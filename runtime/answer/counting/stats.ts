/**
 * What an answer process tells of itself when control asks: everything it counts, in parts of so many zones, for
 * queries to pass between them.
 */
import process from 'node:process';
import { loop } from '../../base/loop/loop-watch.ts';
import type { AnswerStats, StatsPart, ZoneStats } from '../../rpc/answer-stats.ts';
import type { LaneStats } from '../../runner/sandbox-lanes.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import type { MemoSpace } from '../memo/memo-space.ts';
import type { ServedZone } from '../zones/served-zone.ts';
import type { Counters } from './counters.ts';

/** What transports count, all of them together. */
export interface TransportCounts {
  datagrams: number;
  sendErrors: number;
  /** Connections, now. */
  clients: number;
  /** Connections turned away, and ended by us for cause. */
  refused: number;
  cut: number;
  /** Idle connections that went for those of clients with fewer. */
  displaced: number;
  /** TLS handshakes that failed. */
  handshakes: number;
  /** HTTP requests for something else than DNS. */
  httpErrors: number;
  /** Packets and connections of proxies without a PROXY header. */
  unproxied: number;
}

/** As it is when a process begins. */
export function noTransportCounts(): TransportCounts {
  return {
    datagrams: 0,
    sendErrors: 0,
    clients: 0,
    refused: 0,
    cut: 0,
    displaced: 0,
    handshakes: 0,
    httpErrors: 0,
    unproxied: 0,
  };
}

/** Zones of one part: some 20 KB of JSON, which take half a millisecond to make. */
const ZONES_PER_PART = 100;

/** Everything it counts for zones, part by part. */
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

/** Everything it counts for the whole process. */
export function statsOf(
  counters: Counters,
  memory: MemoSpace,
  sandbox: LaneStats,
  transport: TransportCounts,
  limited: RateLimit['counts'] = { dropped: 0, slipped: 0, leaked: 0, told: 0 },
): Omit<AnswerStats, keyof StatsPart> {
  const { user, system } = process.cpuUsage();
  const { pid, rssBytes, restarts, pending, apart, heavy } = sandbox;
  return {
    pid: process.pid,
    rssBytes: residentOctets(),
    cpuMicros: user + system,
    decisionSeconds: counters.decisionSeconds.data(),
    runSeconds: counters.runSeconds.data(),
    dropped: {
      not_a_query: counters.ignored,
      udp_send_error: transport.sendErrors,
      tcp_refused: transport.refused,
      tcp_cut: transport.cut,
      tcp_displaced: transport.displaced,
      tls_handshake: transport.handshakes,
      http_error: transport.httpErrors,
      no_proxy_header: transport.unproxied,
    },
    cookies: { ...counters.cookies },
    limited: { ...limited },
    tcpClients: transport.clients,
    loop: loop.stats(),
    sandbox: { pid, rssBytes, restarts, pending },
    ...(apart && { apart: { pid: apart.pid, rssBytes: apart.rssBytes } }),
    ...(heavy && { heavy: { pid: heavy.pid, rssBytes: heavy.rssBytes } }),
    memo: {
      hits: counters.memoHits,
      packets: counters.packetHits,
      misses: counters.memoMisses,
      joins: counters.memoJoins,
      rechecks: counters.memoRechecks,
      evictions: memory.evictions,
      octets: memory.octets,
    },
  };
}

/** 0 where the system has no descriptor left to read it with (EMFILE): whoever asks for numbers is no reason to end. */
function residentOctets(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

function zoneStats({ attachment }: ServedZone, quarantined: ReadonlySet<string>): ZoneStats {
  const { id, version, policy, counters } = attachment;
  const { runs, fallbacks, memoHits, unremembered, contradictions } = counters;
  const breaker = breakerOf(policy, quarantined);
  const leaves = policy?.memo.size ?? 0;
  return { zone: id, version, runs, fallbacks, memoHits, unremembered, contradictions, breaker, leaves };
}

function breakerOf(
  policy: ServedZone['attachment']['policy'],
  quarantined: ReadonlySet<string>,
): ZoneStats['breaker'] {
  if (policy === undefined) return 'closed';
  const isQuarantined = policy.quarantined !== undefined || quarantined.has(policy.key);
  return isQuarantined ? 'quarantined' : policy.breaker.state;
}
