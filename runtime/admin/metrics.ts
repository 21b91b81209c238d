/**
 * What Prometheus is told. Names begin with `dnsteer_`, counters end in `_total`, times are in
 * seconds and sizes in bytes. Processes are told apart by kind and index: a process id would start
 * a new series at every restart.
 */
import process from 'node:process';
import type { AnswerStats } from '../rpc/answer-stats.ts';
import { Exposition, type Labels, type Sample } from './exposition.ts';
import type { PoolStatus, ProcessStatus, Status } from './status.ts';
import type { Totals } from './totals.ts';

/** The body of `/metrics`. */
export function metricsText(status: Status, stats: readonly AnswerStats[], totals: Totals): string {
  const page = new Exposition();
  server(page, status);
  queries(page, totals, stats);
  memory(page, totals, status);
  policies(page, totals);
  failures(page, status);
  health(page, status);
  processes(page, status);
  loops(page, totals, status);
  return page.toString();
}

function server(page: Exposition, { version, node, ready, zones, secondaries, totals }: Status): void {
  page.gauge('dnsteer_build_info', 'Always 1; the labels say what runs', [[{ version, node }, 1]]);
  page.gauge('dnsteer_ready', 'Whether /readyz says so', [[{}, ready ? 1 : 0]]);
  page.gauge(
    'dnsteer_zone_info',
    'Always 1; the labels say which version of a zone is served, from which file, and in which state',
    zones.map(({ zone, version = '', file, state }) => [{ zone, version, file, state }, 1]),
  );
  page.gauge(
    'dnsteer_secondary_current',
    'Whether the copy of a zone that is transferred from elsewhere may be served',
    secondaries.map(({ zone, state }) => [{ zone }, state === 'current' ? 1 : 0]),
  );
  page.gauge(
    'dnsteer_secondary_confirmed_timestamp_seconds',
    'When a primary last said that the copy is its newest',
    secondaries.flatMap(({ zone, confirmedAt }): Sample[] =>
      confirmedAt === undefined ? [] : [[{ zone }, Date.parse(confirmedAt) / 1000]],
    ),
  );
  page.counter(
    'dnsteer_reloads_total',
    'Changes of policies and zone files that went live',
    single(totals.reloads),
  );
  page.counter(
    'dnsteer_reload_failures_total',
    'Changes of policies and zone files that were refused',
    single(totals.reloadFailures),
  );
}

function queries(page: Exposition, totals: Totals, stats: readonly AnswerStats[]): void {
  page.counter(
    'dnsteer_queries_total',
    'Queries answered',
    [...totals.queries.values()].map(({ zone, type, rcode, transport, count }) => [
      { zone, type, rcode, transport },
      count,
    ]),
  );
  page.counter(
    'dnsteer_dropped_total',
    'Packets and connections that got no answer',
    [...totals.dropped].map(([reason, count]) => [{ reason }, count]),
  );
  page.counter(
    'dnsteer_cookies_total',
    'Queries answered that had a DNS cookie: the client part alone, one that is not ours, one that is',
    [...totals.cookies].map(([cookie, count]) => [{ cookie }, count]),
  );
  page.counter(
    'dnsteer_rate_limited_total',
    'Responses over the rate of their network: dropped, slipped (truncated or BADCOOKIE), leaked or only told of',
    [...totals.limited].map(([outcome, count]) => [{ outcome }, count]),
  );
  const clients = stats.reduce((total, { tcpClients }) => total + tcpClients, 0);
  page.gauge('dnsteer_tcp_clients', 'Open TCP connections', single(clients));
}

function memory(page: Exposition, totals: Totals, { totals: { memoLeaves, memoOctets } }: Status): void {
  page.counter('dnsteer_memo_hits_total', 'Decisions taken from memory', single(totals.memoHits));
  page.counter('dnsteer_memo_misses_total', 'Decisions the sandbox was asked for', single(totals.memoMisses));
  page.counter(
    'dnsteer_memo_joins_total',
    'Queries that waited for a decision another had asked for',
    single(totals.memoJoins),
  );
  page.counter(
    'dnsteer_memo_rechecks_total',
    'Remembered decisions that were made again, to see whether they are the same',
    single(totals.memoRechecks),
  );
  page.counter(
    'dnsteer_memo_evictions_total',
    'Decisions forgotten for want of room',
    single(totals.memoEvictions),
  );
  page.counter(
    'dnsteer_packet_cache_hits_total',
    'Responses taken as they were made before',
    single(totals.packetHits),
  );
  page.gauge('dnsteer_memo_leaves', 'Decisions remembered, all processes together', single(memoLeaves));
  page.gauge('dnsteer_memo_bytes', 'What they take, estimated', single(memoOctets));
  const zones = [...totals.zones];
  page.counter(
    'dnsteer_memo_unremembered_total',
    'Decisions that could not be remembered, by reason',
    zones.flatMap(([zone, { unremembered }]) =>
      [...unremembered].map(([reason, count]): Sample => [{ zone, reason }, count]),
    ),
  );
  page.counter(
    'dnsteer_memo_contradictions_total',
    'How often a policy proved to be no function of what it reads, and was not remembered any more',
    zones.map(([zone, { contradictions }]) => [{ zone }, contradictions]),
  );
}

function policies(page: Exposition, totals: Totals): void {
  const zones = [...totals.zones];
  page.counter(
    'dnsteer_policy_runs_total',
    'Runs of a policy in the sandbox',
    zones.map(([zone, { runs }]) => [{ zone }, runs]),
  );
  page.counter(
    'dnsteer_fallbacks_total',
    'Answers for which the declared fallback stood in, by reason',
    zones.flatMap(([zone, { fallbacks }]) =>
      [...fallbacks].map(([reason, count]): Sample => [{ zone, reason }, count]),
    ),
  );
  page.gauge(
    'dnsteer_breaker_open',
    'Whether a policy is not being run because it failed too often',
    zones.map(([zone, { breaker }]) => [{ zone }, breaker === 'closed' ? 0 : 1]),
  );
  page.gauge(
    'dnsteer_policy_quarantined',
    'Whether a policy is not being run until its file changes or an operator releases it',
    zones.map(([zone, { breaker }]) => [{ zone }, breaker === 'quarantined' ? 1 : 0]),
  );
  page.histogram(
    'dnsteer_decision_seconds',
    'Arrival to send of answers that needed the sandbox',
    totals.decisionSeconds,
  );
  page.histogram('dnsteer_policy_run_seconds', 'Time inside the sandbox', totals.runSeconds);
}

/** One series a zone: what changes is the label of it. */
function failures(page: Exposition, { zones }: Status): void {
  page.gauge(
    'dnsteer_policy_last_failure_timestamp_seconds',
    'When a policy last failed; the labels say which version, how and where',
    zones.flatMap(({ zone, lastFailure }): Sample[] => {
      if (lastFailure === undefined) return [];
      const { version, host, reason, at = '', time } = lastFailure;
      return [[{ zone, version, host, reason, at }, Date.parse(time) / 1000]];
    }),
  );
  page.gauge(
    'dnsteer_zone_problems',
    'Always 1; the labels say what is wrong with the files of a zone, and where',
    zones.flatMap(({ zone, problems }) => {
      const places = new Map(
        problems.map(({ code, severity, file = '', line }) => {
          const at = line === undefined ? file : `${file}:${line}`;
          return [`${code} ${severity} ${at}`, { zone, code, severity, at }];
        }),
      );
      return [...places.values()].map((labels): Sample => [labels, 1]);
    }),
  );
}

function health(page: Exposition, { zones }: Status): void {
  const pools = zones.flatMap(({ zone, pools }) => pools.map((pool) => ({ zone, pool })));
  page.gauge(
    'dnsteer_pool_up',
    'Whether a pool is up or degraded, not down',
    pools.map(({ zone, pool }) => [{ zone, pool: pool.name }, pool.health === 'down' ? 0 : 1]),
  );
  page.gauge(
    'dnsteer_health_target_up',
    'Whether a target is up; absent before its first round of probes has finished',
    targetSamples(pools.map(({ pool }) => pool)),
  );
}

/** One sample a target, however many pools share it. */
function targetSamples(pools: readonly PoolStatus[]): Sample[] {
  const known = pools.flatMap(({ targets }) => targets).filter(({ state }) => state !== 'unknown');
  const byId = new Map(known.map(({ id, state }) => [id, state]));
  return [...byId].map(([target, state]) => [{ target }, state === 'up' ? 1 : 0]);
}

function processes(page: Exposition, { processes, totals }: Status): void {
  page.counter(
    'dnsteer_answer_restarts_total',
    'Answer processes that were replaced',
    single(totals.answerRestarts),
  );
  page.counter(
    'dnsteer_sandbox_restarts_total',
    'Sandboxes that were replaced',
    single(totals.sandboxRestarts),
  );
  page.gauge(
    'dnsteer_process_resident_memory_bytes',
    'Resident memory of each process',
    processes.flatMap((one): Sample[] => (one.rssBytes === undefined ? [] : [[labelsOf(one), one.rssBytes]])),
  );
  const { user, system } = process.cpuUsage();
  page.counter(
    'dnsteer_control_cpu_seconds_total',
    'Processor time of the control process',
    single((user + system) / 1e6),
  );
}

function loops(page: Exposition, totals: Totals, { processes }: Status): void {
  page.histogram(
    'dnsteer_loop_turn_cpu_seconds',
    'Processor time of a turn of the event loop of an answer process; everybody waits for it',
    totals.turnSeconds,
  );
  page.histogram(
    'dnsteer_loop_delay_seconds',
    'How late timers of answer processes are, which is how late answers are at most',
    totals.delaySeconds,
  );
  page.counter(
    'dnsteer_loop_stalls_total',
    'Turns of an event loop that took more than 15 ms of the processor',
    single(totals.stalls),
  );
  const watched = processes.flatMap((one) => (one.loop === undefined ? [] : [{ one, loop: one.loop }]));
  page.gauge(
    'dnsteer_loop_turn_cpu_max_seconds',
    'The longest turn of an answer process since it began to answer',
    watched.map(({ one, loop }) => [labelsOf(one), loop.longestTurnSeconds]),
  );
  page.gauge(
    'dnsteer_loop_delay_max_seconds',
    'How late the timers of an answer process were at most since it began to answer',
    watched.map(({ one, loop }) => [labelsOf(one), loop.longestDelaySeconds]),
  );
}

function labelsOf({ kind, index, apart, heavy }: ProcessStatus): Labels {
  const named = { kind: apart === true ? `${kind}-apart` : heavy === true ? `${kind}-heavy` : kind };
  return index === undefined ? named : { ...named, index: String(index) };
}

function single(value: number): Sample[] {
  return [[{}, value]];
}
