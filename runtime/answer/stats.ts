/** What an answer process tells of itself when control asks: a snapshot of everything it counts. */
import process from 'node:process';
import type { LaneStats } from '../policy/sandbox-lanes.ts';
import type { AnswerStats, ZoneStats } from '../rpc/control-protocol.ts';
import type { Counters } from './counters.ts';
import type { MemoSpace } from './memo-space.ts';
import type { RateLimit } from './rate-limit.ts';
import type { ServedZone } from './served-zone.ts';

/** What transports count, all of them together. */
export interface TransportCounts {
  sendErrors: number;
  /** Connections, now. */
  clients: number;
  /** Connections turned away, and ended by us for cause. */
  refused: number;
  cut: number;
  /** TLS handshakes that failed. */
  handshakes: number;
  /** HTTP requests for something else than DNS. */
  httpErrors: number;
  /** Packets and connections of proxies without a PROXY header. */
  unproxied: number;
}

/** As it is when a process begins. */
export function noTransportCounts(): TransportCounts {
  return { sendErrors: 0, clients: 0, refused: 0, cut: 0, handshakes: 0, httpErrors: 0, unproxied: 0 };
}

/** Zones told of together. */
const ZONES_TOGETHER = 256;

/** Counts of queries and of zones: some of all that there are. */
export type StatsPart = Pick<AnswerStats, 'queries' | 'zones'>;

/** All counts of queries and of zones, in parts that each take less than a millisecond or two to find and to tell. */
export function* statsInParts(
  counters: Counters,
  zones: Iterable<ServedZone>,
  sandbox: LaneStats,
): Generator<StatsPart> {
  for (const queries of counters.queriesInParts()) yield { queries, zones: [] };
  const quarantined = new Set(sandbox.quarantined);
  let told: ZoneStats[] = [];
  // As they are now: others may come and go between two parts, and none is to be told twice.
  const present = Array.from(zones);
  for (const zone of present) {
    told.push(zoneStats(zone, quarantined));
    if (told.length < ZONES_TOGETHER) continue;
    yield { queries: [], zones: told };
    told = [];
  }
  yield { queries: [], zones: told };
}

/** The rest, with room for those. */
export function presentStats(
  counters: Counters,
  memory: MemoSpace,
  zones: Iterable<ServedZone>,
  sandbox: LaneStats,
  transport: TransportCounts,
  limited: RateLimit['counts'] = { dropped: 0, slipped: 0, leaked: 0, told: 0 },
): AnswerStats {
  let leaves = 0;
  for (const { attachment } of zones) leaves += attachment.policy?.memo.size ?? 0;
  const { user, system } = process.cpuUsage();
  const { pid, rssBytes, restarts, pending, apart } = sandbox;
  return {
    pid: process.pid,
    rssBytes: process.memoryUsage.rss(),
    cpuMicros: user + system,
    queries: [],
    zones: [],
    decisionSeconds: counters.decisionSeconds.data(),
    runSeconds: counters.runSeconds.data(),
    dropped: {
      not_a_query: counters.ignored,
      udp_send_error: transport.sendErrors,
      tcp_refused: transport.refused,
      tcp_cut: transport.cut,
      tls_handshake: transport.handshakes,
      http_error: transport.httpErrors,
      no_proxy_header: transport.unproxied,
    },
    cookies: { ...counters.cookies },
    limited: { ...limited },
    tcpClients: transport.clients,
    sandbox: { pid, rssBytes, restarts, pending },
    ...(apart && { apart: { pid: apart.pid, rssBytes: apart.rssBytes } }),
    memo: {
      hits: counters.memoHits,
      packets: counters.packetHits,
      misses: counters.memoMisses,
      joins: counters.memoJoins,
      rechecks: counters.memoRechecks,
      evictions: memory.evictions,
      octets: memory.octets,
      leaves,
    },
  };
}

function zoneStats({ attachment }: ServedZone, quarantined: ReadonlySet<string>): ZoneStats {
  const { id, version, policy, counters } = attachment;
  const { runs, fallbacks, memoHits, unremembered, contradictions } = counters;
  const breaker = breakerOf(policy, quarantined);
  return { zone: id, version, runs, fallbacks, memoHits, unremembered, contradictions, breaker };
}

function breakerOf(
  policy: ServedZone['attachment']['policy'],
  quarantined: ReadonlySet<string>,
): ZoneStats['breaker'] {
  if (policy === undefined) return 'closed';
  const isQuarantined = policy.quarantined !== undefined || quarantined.has(policy.key);
  return isQuarantined ? 'quarantined' : policy.breaker.state;
}
