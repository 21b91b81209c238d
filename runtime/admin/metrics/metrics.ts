/**
 * What Prometheus reads. Names begin with `dnsteer_`, counters end in `_total`, times are in
 * seconds and sizes in bytes. Processes have labels for their kind and index: a process id would start
 * a new series at every restart.
 */
import process from 'node:process';
import type { TargetReport } from '../../health/reports.ts';
import type { AnswerStats } from '../../rpc/answer-stats.ts';
import type { PoolStatus, ProcessStatus, Status, ZoneStatus } from '../status.ts';
import { healthText } from '../status-text.ts';
import type { Totals } from '../totals.ts';
import { aliasMetrics } from './alias-metrics.ts';
import { announceMetrics } from './announce-metrics.ts';
import { type CountedProcess, counterMetrics } from './counter-metrics.ts';
import { Exposition, type Labels, type Sample } from './exposition.ts';
import { notificationMetrics, overrideMetrics } from './override-metrics.ts';

/** The body of `/metrics`. */
export function metricsText(status: Status, stats: readonly AnswerStats[], totals: Totals): string {
  const page = new Exposition();
  server(page, status);
  signing(page, status);
  queries(page, totals);
  counterMetrics(page, totals, counted(status, stats));
  policies(page, totals, status);
  failures(page, status);
  health(page, status);
  aliasMetrics(page, status);
  overrideMetrics(page, status);
  announceMetrics(page, status);
  notificationMetrics(page, status);
  processes(page, status);
  return page.toString();
}

function server(
  page: Exposition,
  { version, node, ready, unkept, lastReload, zones, secondaries, totals }: Status,
): void {
  page.gauge('dnsteer_build_info', 'Always 1; the labels say what runs', [[{ version, node }, 1]]);
  page.gauge('dnsteer_ready', 'Whether /readyz says so', [[{}, ready ? 1 : 0]]);
  page.gauge(
    'dnsteer_state_unwritten',
    'Always 1; the label says what cannot be written into the state folder at the moment',
    unkept.map((what) => [{ what }, 1]),
  );
  const reload = (value: (last: NonNullable<Status['lastReload']>) => number): Sample[] =>
    lastReload === undefined ? [] : [[{}, value(lastReload)]];
  page.gauge(
    'dnsteer_settings_reload_success',
    'Whether the last reload of the settings put them in force',
    reload(({ outcome }) => (outcome === 'done' ? 1 : 0)),
  );
  page.gauge(
    'dnsteer_settings_reload_timestamp_seconds',
    'When the last reload of the settings ended',
    reload(({ time }) => Date.parse(time) / 1000),
  );
  page.gauge(
    'dnsteer_zone_info',
    'Always 1; the labels say which version of a zone is served, from which file, and in which state',
    zones.map(({ zone, version = '', file, state }) => [{ zone, version, file, state }, 1]),
  );
  page.gauge(
    'dnsteer_dynamic_records',
    'Records that clients have added to a zone beside its files',
    zones.flatMap(({ zone, dynamicRecords }): Sample[] =>
      dynamicRecords === undefined ? [] : [[{ zone }, dynamicRecords]],
    ),
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

function signing(page: Exposition, { zones }: Status): void {
  const signed = zones.flatMap(({ zone, signing }) => (signing === undefined ? [] : [{ zone, signing }]));
  page.gauge(
    'dnsteer_zone_signed',
    'Whether a zone that is to be signed has keys to sign with; if not, clients that want signatures get SERVFAIL',
    signed.map(({ zone, signing }) => [{ zone }, signing.isFailing ? 0 : 1]),
  );
  page.gauge(
    'dnsteer_zone_keys_problem',
    'Whether something is wrong with the keys of a zone, which may still be signed with those it had before',
    signed.map(({ zone, signing }) => [{ zone }, signing.problem === undefined ? 0 : 1]),
  );
  rolls(page, signed);
}

function rolls(page: Exposition, signed: readonly SignedZoneStatus[]): void {
  page.gauge(
    'dnsteer_zone_parent_awaited_timestamp_seconds',
    'Since when a zone asks its parent for another DS, or for none, and not all servers of the parent show it',
    signed.flatMap(({ zone, signing }): Sample[] => {
      const since = signing.rolls?.parentAwaitedSince;
      return since === undefined ? [] : [[{ zone }, since]];
    }),
  );
  page.gauge(
    'dnsteer_zone_key_alarms',
    'What is wrong at the servers of a zone or of its parent, or with the clock: how many servers show it',
    signed.flatMap(({ zone, signing }): Sample[] =>
      [...countBy(alarmsIn(signing))].map(([kind, count]) => [{ zone, kind }, count]),
    ),
  );
}

interface SignedZoneStatus {
  readonly zone: string;
  readonly signing: NonNullable<ZoneStatus['signing']>;
}

function alarmsIn({ rolls: list }: SignedZoneStatus['signing']): string[] {
  const clock = (list?.blocked ?? [])
    .map(({ reason }) => reason.kind)
    .filter((kind) => kind.startsWith('clock-'));
  return [...(list?.alarms ?? []).map(({ alarm }) => alarm.kind), ...clock];
}

function countBy(kinds: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function queries(page: Exposition, totals: Totals): void {
  page.counter(
    'dnsteer_queries_total',
    'Queries answered',
    [...totals.queries.values()].map(({ zone, type, rcode, transport, count }) => [
      { zone, type, rcode, transport },
      count,
    ]),
  );
}

function policies(page: Exposition, totals: Totals, { totals: { memoLeaves } }: Status): void {
  page.gauge('dnsteer_memo_leaves', 'Decisions remembered, all processes together', single(memoLeaves));
  const zones = [...totals.zones];
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
}

/** Each zone has one series, whose labels change. */
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
    'Whether a pool is up or degraded, not down; one that nothing checks is up',
    pools.map(({ zone, pool }) => [{ zone, pool: pool.name }, pool.health === 'down' ? 0 : 1]),
  );
  page.gauge(
    'dnsteer_pool_health',
    'Always 1; the label says the health of a pool as the status does: up, degraded, down, unchecked or pending',
    pools.map(({ zone, pool }) => [{ zone, pool: pool.name, health: healthText(pool) }, 1]),
  );
  page.gauge(
    'dnsteer_health_target_up',
    'Whether a target is up; absent before its first round of probes has finished',
    targetSamples(pools.map(({ pool }) => pool)),
  );
  const targets = pools.flatMap(({ pool }) => pool.targets.flatMap(withParts));
  page.gauge(
    'dnsteer_health_target_latency_seconds',
    'How long probes of a target take: a moving average of those that succeeded',
    measured(targets, ({ averageMs }) => averageMs && averageMs / 1000),
  );
  page.gauge(
    'dnsteer_health_target_load',
    'What a target says of its load',
    measured(targets, ({ load }) => load),
  );
  page.gauge(
    'dnsteer_pool_target_up',
    'Whether a target of a pool is up; absent before its first round of probes has finished',
    pools.flatMap(({ zone, pool }) =>
      targetSamples([pool]).map(([labels, up]): Sample => [{ zone, pool: pool.name, ...labels }, up]),
    ),
  );
}

/**
 * One sample for what is probed, however many pools share it: an edit of the timing begins no other series. Where two
 * pools probe it in two ways, and one finds it down, it is down.
 */
function targetSamples(pools: readonly PoolStatus[]): Sample[] {
  const up = new Map<string, number>();
  for (const { probed, state } of pools.flatMap(({ targets }) => targets.flatMap(withParts))) {
    if (state !== 'unknown') up.set(probed, Math.min(up.get(probed) ?? 1, state === 'up' ? 1 : 0));
  }
  return [...up].map(([target, value]) => [{ target }, value]);
}

/** One sample for what is probed; the highest where two pools probe it in two ways. */
function measured(
  targets: readonly TargetReport[],
  read: (target: TargetReport) => number | undefined,
): Sample[] {
  const values = new Map<string, number>();
  for (const target of targets) {
    const value = read(target);
    if (value !== undefined) values.set(target.probed, Math.max(values.get(target.probed) ?? 0, value));
  }
  return [...values].map(([target, value]) => [{ target }, value]);
}

/** What counts together is told beside what it comes to. */
function withParts(target: TargetReport): TargetReport[] {
  return [target, ...(target.of ?? []).flatMap(withParts)];
}

function processes(page: Exposition, { processes, totals }: Status): void {
  page.counter(
    'dnsteer_answer_restarts_total',
    'Answer processes that were replaced',
    single(totals.answerRestarts),
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

/** Answer processes that replied, with the labels they have in all metrics. */
function counted({ processes }: Status, stats: readonly AnswerStats[]): CountedProcess[] {
  return processes.flatMap((one) => {
    const own = one.kind === 'answer' && stats.find(({ pid }) => pid === one.pid);
    return own ? [{ labels: labelsOf(one), counts: own.counts }] : [];
  });
}

function labelsOf({ kind, index, apart, heavy }: ProcessStatus): Labels {
  const named = { kind: apart === true ? `${kind}-apart` : heavy === true ? `${kind}-heavy` : kind };
  return index === undefined ? named : { ...named, index: String(index) };
}

function single(value: number): Sample[] {
  return [[{}, value]];
}
