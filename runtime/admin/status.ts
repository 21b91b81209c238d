/**
 * The state of a server at one moment, as `/api/status` serves it and `dnsteer status` and the
 * start summary print it.
 */
import process from 'node:process';
import { type Diagnostic, hidingPasswords } from '../base/diagnostic.ts';
import type { LoopStats } from '../base/loop/loop-watch.ts';
import { type AliasStatus, aliasStatuses } from '../health/aliases/alias-status.ts';
import type { PoolOverride } from '../health/overrides/zone-overrides.ts';
import type { TargetReport } from '../health/reports.ts';
import { isBelow } from '../plan/pools/up-when.ts';
import type { RegisteredPool, RegisteredZone, SignedStatus } from '../registry/zone-status.ts';
import type { UdpSockets } from '../rpc/answer-settings.ts';
import type { AnswerStats, ZoneStats } from '../rpc/answer-stats.ts';
import { namedForStatus, noneOf, type StatusOf } from '../rpc/counter-rows.ts';
import { ZONE_COUNTERS } from '../rpc/counters.ts';
import type { SecondaryStatus } from '../transfer/secondary-zone.ts';
import type { AnnounceStatus } from './announce/announce-status.ts';
import type { EmittedStatus } from './emit/emitted-status.ts';
import type { ShownOverride } from './overrides/override-ask.ts';
import { type ServerTotals, serverTotals } from './server-totals.ts';
import { signatureWarnings } from './signature-warnings.ts';
import type {
  AnswerFacts,
  GeoFacts,
  LastContradiction,
  LastFailure,
  LatencyFacts,
  RecordingFacts,
  ReloadOutcome,
  ServerFacts,
} from './source.ts';
import { withAge } from './source.ts';
import type { Totals, ZoneTotals } from './totals.ts';

export interface Status {
  readonly version: string;
  readonly node: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly configFile?: string;
  readonly policies: string;
  /** Addresses that answer DNS: `127.0.0.1:5300`. */
  readonly listening: readonly string[];
  /** The kinds of sockets that UDP uses: one kind, unless processes differ. */
  readonly udpSockets: readonly UdpSockets['kind'][];
  readonly ready: boolean;
  readonly notReady: readonly string[];
  readonly warnings: readonly string[];
  /** What cannot be written into the state folder at the moment: `last good versions`. */
  readonly unkept: readonly string[];
  /** Where clients are known from, in the order in which it is asked. */
  readonly geo?: readonly (GeoFacts & { readonly ageDays?: number })[];
  /** Milliseconds from clients to pools; absent where there are none. */
  readonly latencies?: LatencyFacts;
  /** Where queries are recorded, and how many were; absent where none is and none was since the server began. */
  readonly recording?: RecordingFacts & { readonly written: number; readonly dropped: number };
  /** What came of the last reload of the settings; absent before the first. */
  readonly lastReload?: ReloadOutcome;
  /** Zones by name. */
  readonly zones: readonly ZoneStatus[];
  /** Zones that are transferred from other servers. */
  readonly secondaries: readonly SecondaryStatus[];
  /** The targets of aliases, by name. */
  readonly aliases: readonly AliasStatus[];
  /** Messages with notices that were taken, and tries that failed. */
  readonly notified: NonNullable<ServerFacts['notified']>;
  /** What operators and windows of maintenance say of pools. */
  readonly overrides: readonly ShownOverride[];
  /** What is announced by BGP, and files in which other programs find pools; absent where there is nothing of it. */
  readonly announce?: AnnounceStatus;
  readonly emitted?: readonly EmittedStatus[];
  /** Files that are not served: their zone is another file's, or their name is no zone's. */
  readonly refused: readonly { readonly file: string; readonly problems: readonly Diagnostic[] }[];
  readonly processes: readonly ProcessStatus[];
  readonly totals: ServerTotals;
}

export interface ZoneStatus extends StatusOf<typeof ZONE_COUNTERS> {
  readonly zone: string;
  readonly file: string;
  /** The version that is served. */
  readonly version?: string;
  readonly state: RegisteredZone['state'];
  /** ISO 8601: since when this version is served. */
  readonly loadedAt?: string;
  readonly problems: readonly Diagnostic[];
  readonly pools: readonly PoolStatus[];
  /** A name to ask to see its policy at work; absent without one that decides a name. */
  readonly sample?: string;
  /** Absent if the zone is not to be signed. */
  readonly signing?: SignedStatus;
  readonly queries: number;
  readonly breaker: ZoneStats['breaker'];
  /** How its policy last failed; absent if it has not failed since the server began. */
  readonly lastFailure?: LastFailure;
  /**
   * How the served version decided differently though it read the same; where that was seen, it is not
   * remembered.
   */
  readonly contradiction?: LastContradiction;
  /** How many of its names no transfer holds, as its policy decides them; absent if nobody may transfer it. */
  readonly untransferred?: number;
  /** How many records clients have added beside its files; absent if they never did. */
  readonly dynamicRecords?: number;
}

export interface PoolStatus {
  readonly name: string;
  /** As probes say, whatever is overridden. */
  readonly health: 'up' | 'degraded' | 'down';
  /** The name whose addresses it answers with. */
  readonly alias?: string;
  /** What operators have said of it, or of addresses in it. */
  readonly override?: PoolOverride;
  /** Empty where no target is checked. */
  readonly targets: readonly TargetReport[];
  /** Percent of it that have to be up; absent where anything that is up is enough. */
  readonly upWhen?: number;
}

export interface ProcessStatus {
  readonly kind: 'control' | 'answer' | 'sandbox' | 'edge';
  /** The second sandbox of an answer process, for policies that offended. */
  readonly apart?: true;
  /** The third sandbox of an answer process, for policies that take long to load or may run long. */
  readonly heavy?: true;
  /** The index of the answer process that this is, or belongs to; the sandbox for trials belongs to none. */
  readonly index?: number;
  readonly pid: number;
  readonly state: 'running' | AnswerFacts['state'];
  /** Absent while it is not known. */
  readonly rssBytes?: number;
  readonly restarts: number;
  /** How the event loop of an answer process did since it began to answer. */
  readonly loop?: Pick<LoopStats, 'longestTurnSeconds' | 'longestDelaySeconds' | 'stalls'>;
}

/** The state of a zone in a word or two: `live`, `live, breaker open`, `live, quarantined`. */
export function stateText({ state, breaker }: Pick<ZoneStatus, 'state' | 'breaker'>): string {
  if (breaker === 'closed' || breaker === state) return state;
  return `${state}, ${breaker === 'open' ? 'breaker open' : breaker}`;
}

/** Brings together what control knows and what the answer processes counted. */
export function statusOf(facts: ServerFacts, stats: readonly AnswerStats[], totals: Totals): Status {
  const reports = new Map(facts.targets.map((target) => [target.id, withHeld(target, facts)]));
  const aliases = aliasStatuses(facts.aliases ?? [], Date.now());
  const aliasOf = new Map(aliases.map((alias) => [alias.target, alias]));
  const served = facts.zones.filter(({ state }) => state !== 'refused-newcomer');
  const refused = facts.zones.filter(({ state }) => state === 'refused-newcomer');
  return {
    version: facts.version,
    node: process.version,
    startedAt: new Date(facts.startedAt).toISOString(),
    uptimeSeconds: Math.max(0, Math.round((Date.now() - facts.startedAt) / 1000)),
    ...(facts.configFile === undefined ? {} : { configFile: facts.configFile }),
    policies: facts.policies,
    listening: [...new Set(facts.answer.flatMap(({ listening }) => listening))],
    udpSockets: [...new Set(facts.answer.flatMap(({ udp }) => udp?.kind ?? []))],
    ready: facts.notReady.length === 0,
    notReady: facts.notReady,
    warnings: [
      ...facts.warnings,
      ...reloadWarnings(facts.lastReload),
      ...signatureWarnings(totals.zones, Date.now() / 1000),
    ],
    unkept: facts.unkept,
    ...(facts.geo && { geo: facts.geo.map(withAge) }),
    ...(facts.latencies && { latencies: facts.latencies }),
    ...recordingOf(facts, totals),
    ...(facts.lastReload && { lastReload: facts.lastReload }),
    zones: served.map((zone) => zoneStatus(zone, reports, totals.zones.get(zone.zone), facts, aliasOf)),
    secondaries: facts.secondaries,
    aliases,
    notified: facts.notified ?? { delivered: 0, failed: 0 },
    overrides: facts.overrides?.all ?? [],
    ...((facts.announce?.prefixes.length ?? 0) > 0 && { announce: facts.announce }),
    ...((facts.emitted?.length ?? 0) > 0 && { emitted: facts.emitted }),
    refused: refused.map(({ file, problems }) => ({ file, problems: problems.map(hidingPasswords) })),
    processes: processesOf(facts, stats),
    totals: serverTotals(facts, stats, totals),
  };
}

function recordingOf({ recording }: ServerFacts, { counts }: Totals): Pick<Status, 'recording'> {
  const { written, dropped } = counts.recording;
  if (recording === undefined || recording.sample + written + dropped === 0) return {};
  return { recording: { ...recording, written, dropped } };
}

/** A reload that failed is a warning until one succeeds. */
function reloadWarnings(last: ReloadOutcome | undefined): string[] {
  if (last?.outcome !== 'failed') return [];
  return [
    `The reload at ${last.time} failed, and the settings before are in force: ${last.problems.join('; ')}`,
  ];
}

function zoneStatus(
  { pools, loadedAt, hosts = 0, ...zone }: RegisteredZone,
  reports: ReadonlyMap<string, TargetReport>,
  totals: ZoneTotals | undefined,
  { lastFailures, contradictions, signingOf, transferable, dynamicCountOf, overrides }: ServerFacts,
  aliasOf: ReadonlyMap<string, AliasStatus>,
): ZoneStatus {
  const lastFailure = lastFailures.get(zone.zone);
  const contradiction = contradictions.get(zone.zone);
  const signing = signingOf(zone.zone);
  const dynamicRecords = dynamicCountOf(zone.zone);
  return {
    ...zone,
    problems: zone.problems.map(hidingPasswords),
    ...(loadedAt === undefined ? {} : { loadedAt: new Date(loadedAt).toISOString() }),
    pools: pools.map((pool) => {
      const override = overrides?.inForce(zone.zone, pool.name);
      return { ...poolStatus(pool, reports), ...aliasOfPool(pool, aliasOf), ...(override && { override }) };
    }),
    ...(signing && { signing }),
    queries: totals?.queries ?? 0,
    ...namedForStatus(ZONE_COUNTERS, totals?.counts ?? noneOf(ZONE_COUNTERS)),
    breaker: totals?.breaker ?? 'closed',
    ...(hosts > 0 && transferable.has(zone.zone) && { untransferred: hosts }),
    ...(dynamicRecords !== undefined && { dynamicRecords }),
    ...(lastFailure && { lastFailure }),
    ...(contradiction && contradiction.version === zone.version && { contradiction }),
  };
}

function withHeld(target: TargetReport, { held }: ServerFacts): TargetReport {
  const known = held?.get(target.id);
  return known === undefined ? target : { ...target, held: known };
}

/** A pool whose target has no address, as far as anybody knows, is down whatever its check says. */
function aliasOfPool(
  { alias }: RegisteredPool,
  aliasOf: ReadonlyMap<string, AliasStatus>,
): Partial<Pick<PoolStatus, 'alias' | 'health'>> {
  if (alias === undefined) return {};
  const known = aliasOf.get(alias);
  const hasAny = [known?.A, known?.AAAA].some((family) => (family?.addresses ?? []).length > 0);
  return hasAny ? { alias } : { alias, health: 'down' };
}

/** The health of a pool as steering sees it: a target that was not probed yet counts as up. */
function poolStatus(
  { name, targets: ids, upWhen }: RegisteredPool,
  reports: ReadonlyMap<string, TargetReport>,
): PoolStatus {
  const targets = ids.map((id) => reports.get(id)).filter((report) => report !== undefined);
  const down = targets.filter(({ state }) => state === 'down').length;
  if (upWhen === undefined)
    return { name, health: down === 0 ? 'up' : down === targets.length ? 'down' : 'degraded', targets };
  const { percent, weights } = upWhen;
  const [up, all] = [(report?: TargetReport) => report?.state !== 'down', () => true].map((counts) =>
    weights.reduce((sum, weight, at) => (counts(reports.get(ids[at] ?? '')) ? sum + weight : sum), 0),
  );
  const isDown = isBelow(up ?? 0, all ?? 0, percent);
  return { name, health: down === 0 ? 'up' : isDown ? 'down' : 'degraded', targets, upWhen: percent };
}

/** Control, which is this process, and its sandbox; then each answer process with its sandboxes. */
function processesOf(facts: ServerFacts, stats: readonly AnswerStats[]): ProcessStatus[] {
  const { answer, edges = [], trials } = facts;
  const [{ pid }, rssBytes] = [process, process.memoryUsage.rss()];
  const control: ProcessStatus = { kind: 'control', pid, state: 'running', rssBytes, restarts: 0 };
  const others = answer.flatMap(({ index, pid, state, restarts }): ProcessStatus[] => {
    const own = stats.find((candidate) => candidate.pid === pid);
    if (own === undefined) return [{ kind: 'answer', index, pid, state, restarts }];
    return [
      { kind: 'answer', index, pid, state, rssBytes: own.rssBytes, restarts, loop: loopOf(own) },
      ...(own.sandbox.isIdle === true ? [] : [{ ...sandboxStatus(own.sandbox), index }]),
      // The restarts of these two are counted with those of the first sandbox.
      ...(own.apart === undefined
        ? []
        : [{ ...sandboxStatus({ ...own.apart, restarts: 0 }), index, apart: true as const }]),
      ...(own.heavy === undefined
        ? []
        : [{ ...sandboxStatus({ ...own.heavy, restarts: 0 }), index, heavy: true as const }]),
    ];
  });
  const ofTrials = trials.isIdle === true ? [] : [sandboxStatus(trials)];
  return [control, ...ofTrials, ...others, ...edges.map(edgeStatus)];
}

function edgeStatus({ pid, state, restarts }: AnswerFacts, index: number): ProcessStatus {
  return { kind: 'edge', index, pid, state, restarts };
}

function loopOf({ counts: { loop } }: AnswerStats) {
  const { longestTurnSeconds, longestDelaySeconds, stalls } = loop;
  return { longestTurnSeconds, longestDelaySeconds, stalls };
}

function sandboxStatus({ pid, rssBytes, restarts }: ServerFacts['trials']): ProcessStatus {
  return { kind: 'sandbox', pid, state: pid === 0 ? 'restarting' : 'running', rssBytes, restarts };
}
