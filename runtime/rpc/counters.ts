/**
 * What an answer process counts: each number has one row, from which follow its field where it is counted
 * (answer/counting/counters.ts), its place in the statistics that control gets (answer-stats.ts), its sum
 * over all processes (admin/totals.ts), and its name in the status and among the metrics.
 *
 * Queries are counted by zone, type, response code and transport, in a table of their own.
 */
import type { Rows } from './counter-rows.ts';
import { FALLBACK_REASONS, UNREMEMBERED } from './fallback.ts';

/** What the rows of one metric share. */
const DROPPED = {
  kind: 'sum',
  metric: 'dnsteer_dropped_total',
  help: 'Packets and connections that got no answer',
} as const;
const COOKIES = {
  kind: 'sum',
  metric: 'dnsteer_cookies_total',
  help: 'Answered queries with a DNS cookie: only the client part, one not made here, or one made here',
} as const;
const LIMITED = {
  kind: 'sum',
  metric: 'dnsteer_rate_limited_total',
  help: 'Responses over the rate of a network: dropped, slipped (TC or BADCOOKIE), leaked or only counted',
} as const;

const RECORDED = {
  kind: 'sum',
  metric: 'dnsteer_recorded_queries_total',
  help: 'Queries that were to be recorded: written to the recording, or dropped as it could not be written in time',
} as const;

/** Counters of the whole process, grouped by the object that has the fields. */
export const PROCESS_COUNTERS = {
  /** The steps of answering: `Counters.steps`. */
  steps: {
    /** Packets that are no queries. */
    ignored: { ...DROPPED, labels: { reason: 'not_a_query' } },
    memoHits: {
      kind: 'sum',
      metric: 'dnsteer_memo_hits_total',
      help: 'Decisions taken from memory',
      total: 'memoHits',
    },
    memoMisses: {
      kind: 'sum',
      metric: 'dnsteer_memo_misses_total',
      help: 'Decisions for which a sandbox was asked',
      total: 'memoMisses',
    },
    memoJoins: {
      kind: 'sum',
      metric: 'dnsteer_memo_joins_total',
      help: 'Queries that waited for a decision for which another query had asked',
      total: 'memoJoins',
    },
    memoRechecks: {
      kind: 'sum',
      metric: 'dnsteer_memo_rechecks_total',
      help: 'Remembered decisions that were made again, to see whether they are the same',
      total: 'memoRechecks',
    },
    memoAhead: {
      kind: 'sum',
      metric: 'dnsteer_memo_ahead_total',
      help: 'Decisions made ahead, for clients that a policy tells from the one that asked',
      total: 'memoAhead',
    },
    packetHits: {
      kind: 'sum',
      metric: 'dnsteer_packet_cache_hits_total',
      help: 'Responses sent as they were made for an earlier query',
      total: 'packetHits',
    },
    decisionSeconds: {
      kind: 'histogram',
      metric: 'dnsteer_decision_seconds',
      help: 'Arrival to send of answers that needed the sandbox',
    },
    runSeconds: {
      kind: 'histogram',
      metric: 'dnsteer_policy_run_seconds',
      help: 'Time inside the sandbox',
    },
  },
  /** Listeners of all kinds together: `TransportCounts`. */
  transport: {
    /** All datagrams that arrived. This count is not shown: it sets the pace of the loop. */
    datagrams: { kind: 'sum' },
    sendErrors: { ...DROPPED, labels: { reason: 'udp_send_error' } },
    /** Connections that were turned away. */
    refused: { ...DROPPED, labels: { reason: 'tcp_refused' } },
    /** Connections that the server ended for cause. */
    cut: { ...DROPPED, labels: { reason: 'tcp_cut' } },
    /** Idle connections that were closed in favour of clients with fewer. */
    displaced: { ...DROPPED, labels: { reason: 'tcp_displaced' } },
    /** TLS handshakes that failed. */
    handshakes: { ...DROPPED, labels: { reason: 'tls_handshake' } },
    /** HTTP requests for something other than DNS. */
    httpErrors: { ...DROPPED, labels: { reason: 'http_error' } },
    /** Packets and connections of proxies without a PROXY header. */
    unproxied: { ...DROPPED, labels: { reason: 'no_proxy_header' } },
    clients: { kind: 'now', metric: 'dnsteer_tcp_clients', help: 'Open TCP connections' },
  },
  /** Answered queries by their cookie: `Counters.cookies`. */
  cookies: {
    client: { ...COOKIES, labels: { cookie: 'client' } },
    invalid: { ...COOKIES, labels: { cookie: 'invalid' } },
    valid: { ...COOKIES, labels: { cookie: 'valid' } },
  },
  /** Responses over the rate, by outcome: `RateLimit.counts`. `told` were sent, as the limit is on trial. */
  limited: {
    dropped: { ...LIMITED, labels: { outcome: 'dropped' }, total: 'rateDropped' },
    slipped: { ...LIMITED, labels: { outcome: 'slipped' }, total: 'rateSlipped' },
    leaked: { ...LIMITED, labels: { outcome: 'leaked' } },
    told: { ...LIMITED, labels: { outcome: 'told' } },
  },
  /** Queries that were to be recorded: `LineOutbox.counts`. */
  recording: {
    written: { ...RECORDED, labels: { outcome: 'written' } },
    dropped: { ...RECORDED, labels: { outcome: 'dropped' } },
  },
  /** Memory of remembered decisions: `MemoSpace`. */
  memory: {
    evictions: {
      kind: 'sum',
      metric: 'dnsteer_memo_evictions_total',
      help: 'Decisions forgotten for want of room',
      total: 'memoEvictions',
    },
    octets: {
      kind: 'now',
      metric: 'dnsteer_memo_bytes',
      help: 'Octets that remembered decisions take, estimated',
      total: 'memoOctets',
    },
  },
  /** Signatures of zones that are signed here: `SigningBudget`, `SignatureMemory`, `SignAhead`. */
  signing: {
    made: {
      kind: 'sum',
      metric: 'dnsteer_signatures_made_total',
      help: 'Signatures made, ahead of queries and for them',
      total: 'signaturesMade',
    },
    found: {
      kind: 'sum',
      metric: 'dnsteer_signatures_found_total',
      help: 'RRsets whose signatures were there when a query asked for them',
      total: 'signaturesFound',
    },
    putOff: {
      kind: 'sum',
      metric: 'dnsteer_signatures_put_off_total',
      help: 'RRsets that there was no time to sign, so that the response went out truncated',
      total: 'signaturesPutOff',
    },
    evictions: {
      kind: 'sum',
      metric: 'dnsteer_signatures_evicted_total',
      help: 'RRsets whose signatures were forgotten for want of room',
    },
    octets: {
      kind: 'now',
      metric: 'dnsteer_signatures_bytes',
      help: 'Octets that remembered signatures take',
      total: 'signatureOctets',
    },
    waiting: {
      kind: 'now',
      metric: 'dnsteer_signing_zones_waiting',
      help: 'Zones whose known RRsets are not all signed yet, in all answer processes together',
      total: 'signingWaiting',
    },
  },
  /** Sandboxes of the process, all lanes together: `LaneStats`. */
  sandbox: {
    restarts: {
      kind: 'sum',
      metric: 'dnsteer_sandbox_restarts_total',
      help: 'Sandboxes that were replaced',
      total: 'sandboxRestarts',
    },
  },
  /** The event loop, since the process began to answer: `LoopStats`. */
  loop: {
    turnSeconds: {
      kind: 'histogram',
      metric: 'dnsteer_loop_turn_cpu_seconds',
      help: 'Processor time of a turn of the event loop of an answer process; all clients wait for it',
    },
    delaySeconds: {
      kind: 'histogram',
      metric: 'dnsteer_loop_delay_seconds',
      help: 'How late timers of answer processes are, which is how late answers are at most',
    },
    stalls: {
      kind: 'sum',
      metric: 'dnsteer_loop_stalls_total',
      help: 'Turns of an event loop that took more than 15 ms of processor time',
    },
    longestTurnSeconds: {
      kind: 'most',
      metric: 'dnsteer_loop_turn_cpu_max_seconds',
      help: 'The longest turn of an answer process since it began to answer',
    },
    longestDelaySeconds: {
      kind: 'most',
      metric: 'dnsteer_loop_delay_max_seconds',
      help: 'How late the timers of an answer process were at most since it began to answer',
    },
  },
} as const satisfies Record<string, Rows>;

/** Counters of one zone: `ZoneCounters`. */
export const ZONE_COUNTERS = {
  runs: {
    kind: 'sum',
    metric: 'dnsteer_policy_runs_total',
    help: 'Runs of a policy in the sandbox',
    status: 'policyRuns',
    total: 'policyRuns',
  },
  /** Prometheus has the number for all zones together, from `steps`. */
  memoHits: { kind: 'sum', status: 'memoHits' },
  unremembered: {
    kind: 'by reason',
    reasons: UNREMEMBERED,
    metric: 'dnsteer_memo_unremembered_total',
    help: 'Decisions that could not be remembered, by reason',
    status: 'unremembered',
  },
  fallbacks: {
    kind: 'by reason',
    reasons: FALLBACK_REASONS,
    metric: 'dnsteer_fallbacks_total',
    help: 'Answers that the declared fallback gave in place of the policy, by reason',
    status: 'fallbacks',
    total: 'fallbacks',
  },
  /** Versions that turned out not to be functions of what they read. */
  contradictions: {
    kind: 'sum',
    metric: 'dnsteer_memo_contradictions_total',
    help: 'How often a policy proved not to be a function of what it reads; it is no longer remembered',
  },
  /** In seconds since 1970; 0 for a zone that is not signed. */
  signaturesEnd: {
    kind: 'least',
    metric: 'dnsteer_signatures_expire_timestamp_seconds',
    help: 'When the first of the signatures that a zone is served with expire, in any answer process',
    status: 'signaturesEnd',
  },
} as const satisfies Rows;
