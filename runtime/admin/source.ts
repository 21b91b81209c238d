/**
 * What the admin server needs to know, and where it comes from: facts are what control has done and seen,
 * stats are what the answer processes have counted. status.ts makes one picture of both.
 */
import type { Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Effect } from '../config/settings.ts';
import type { AliasReport } from '../health/aliases/alias-keeper.ts';
import type { PoolOverride } from '../health/overrides/zone-overrides.ts';
import type { Push } from '../health/push-board.ts';
import type { TargetReport } from '../health/reports.ts';
import type { RegisteredZone, SignedStatus } from '../registry/zone-status.ts';
import type { UdpSockets } from '../rpc/answer-settings.ts';
import type { AnswerStats } from '../rpc/answer-stats.ts';
import type { ContradictionEvent } from '../rpc/events.ts';
import type { ExplainAsk, Explained } from '../rpc/explanation.ts';
import type { FallbackReason } from '../rpc/fallback.ts';
import type { SandboxStats } from '../runner/state.ts';
import type { ForcedTransfer } from '../transfer/forced-transfer.ts';
import type { SecondaryStatus } from '../transfer/secondary-zone.ts';
import type { AnnounceAsk, AnnounceOutcome } from './announce/announce-ask.ts';
import type { AnnounceStatus } from './announce/announce-status.ts';
import type { ShownRecord } from './dynamic-records.ts';
import type { EmittedStatus } from './emit/emitted-status.ts';
import type { Upstream } from './emit/upstream.ts';
import type { OverrideAsk, OverrideOutcome, PlannedWindow, ShownOverride } from './overrides/override-ask.ts';
import type { RollAsk, RollOutcome } from './roll-ask.ts';

export interface AdminSource {
  facts(): ServerFacts;
  /** The stats of the answer processes that reply. */
  stats(): Promise<readonly AnswerStats[]>;
  /** `undefined` if no answer process replies; fails, in words, if what is assumed cannot be. */
  explain(ask: ExplainAsk): Promise<Explained | undefined>;
  /** Pushes a state to the checks that have the name; without any, tells which may be meant. */
  push(name: string, push: Push): { readonly targets: number; readonly meant?: string | undefined };
  /** Ends the quarantine of a zone; `undefined` if there is no such zone. */
  release(zone: string): Promise<Release | undefined>;
  /** The dynamic records of all zones, zones by name. */
  dynamicRecords(): ShownRecord[];
  /** What the settings in force say of signing. */
  signing(): SigningPlace;
  /** Has an override of an operator begin or end. */
  override(ask: OverrideAsk): Promise<OverrideOutcome>;
  /** The addresses of a pool as they are now; `undefined` if there is no such pool. */
  upstreams(zone: string, pool: string): readonly Upstream[] | undefined;
  /** Has this server draw no traffic, or end that. */
  announce(ask: AnnounceAsk): Promise<AnnounceOutcome>;
  /** Takes a table of latencies, or rows of one, in place of that of the settings; fails, in words, where it cannot be used. */
  pushLatencies(octets: Uint8Array, kind: 'whole' | 'rows'): Promise<Result<LatencyFacts>>;
  /** Forgets the latencies that were pushed; returns whether there were any. */
  dropLatencies(): Promise<boolean>;
  /** Has the settings read again; returns the number of the reload, see {@link ServerFacts.lastReload}. */
  reload(): number;
  /** Gives the roll of a zone a command; `undefined` if the zone is not signed here. */
  roll(zone: string, ask: RollAsk): Promise<RollOutcome | undefined>;
  /**
   * Transfers a zone from its primaries, of a lower serial only if `isForced`; `undefined` if it is not
   * transferred from any.
   */
  transfer(zone: string, isForced: boolean): ForcedTransfer | undefined;
}

/** Which zones are signed and how, and where their keys and the states of their rolls are. */
export type SigningPlace = Pick<Config, 'dnssec' | 'state'>;

/**
 * The outcome of releasing a zone. `stopped-again`: its policy, which had been stopped in its trial, was
 * tried once more and had to be stopped again.
 */
export type Release = 'released' | 'not-quarantined' | 'stopped-again';

/** What control knows without asking the answer processes. */
export interface ServerFacts {
  /** dnsteer's own version. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The configuration file, if there is one. */
  readonly configFile: string | undefined;
  /** The policies folder. */
  readonly policies: string;
  /** All zones, from the registry. */
  readonly zones: readonly RegisteredZone[];
  /** How a zone is signed; `undefined` if it is not to be signed. */
  readonly signingOf: (zone: string) => SignedStatus | undefined;
  /** Zones that are transferred from other servers. */
  readonly secondaries: readonly SecondaryStatus[];
  /** Zones that others may transfer. */
  readonly transferable: ReadonlySet<string>;
  /** How many dynamic records a zone has; `undefined` if it never had any. */
  readonly dynamicCountOf: (zone: string) => number | undefined;
  /** What operators have said of pools; absent where nothing can be said. */
  readonly overrides?: OverrideFacts;
  /** All targets, from the health monitor. */
  readonly targets: readonly TargetReport[];
  /** Targets that change too often, by id, and are held back whenever they are up: since when, and until when unless they change again; milliseconds since 1970. */
  readonly held?: ReadonlyMap<string, { readonly since: number; readonly until: number }>;
  /** The targets of aliases; absent where there are none. */
  readonly aliases?: readonly AliasReport[];
  /** All answer processes, from the fleet. */
  readonly answer: readonly AnswerFacts[];
  /** Processes that answer HTTP; absent where there are none. */
  readonly edges?: readonly AnswerFacts[];
  /** Control's own sandbox, where new versions are tried. */
  readonly trials: Pick<SandboxStats, 'isIdle' | 'pid' | 'rssBytes' | 'restarts'>;
  /** How many changes of zones went live, and how many were refused. */
  readonly reloads: number;
  readonly reloadFailures: number;
  /** What came of the last reload of the settings; absent before the first. */
  readonly lastReload: ReloadOutcome | undefined;
  /** By zone: how its policy last failed, so that its fallback was answered. */
  readonly lastFailures: ReadonlyMap<string, LastFailure>;
  /** By zone: how its policy last decided differently though it read the same. */
  readonly contradictions: ReadonlyMap<string, LastContradiction>;
  /** Warnings for the operator: geo data out of date, no name servers configured. */
  readonly warnings: readonly string[];
  /** Where clients are known from, in the order in which it is asked; absent where that is not known. */
  readonly geo?: readonly GeoFacts[];
  /** Milliseconds from clients to pools; absent where there are none. */
  readonly latencies?: LatencyFacts;
  /** Which queries are recorded, and where; absent where that is not known. */
  readonly recording?: RecordingFacts;
  /** Messages with notices that were taken, and tries that failed. */
  readonly notified?: { readonly delivered: number; readonly failed: number };
  /** What is announced by BGP; absent where that is not known. */
  readonly announce?: AnnounceStatus;
  /** Files in which other programs find pools; absent where that is not known. */
  readonly emitted?: readonly EmittedStatus[];
  /** What cannot be written into the state folder at the moment: `last good versions`. */
  readonly unkept: readonly string[];
  /**
   * Why the server is not ready; empty when all answer processes listen and every zone's first load is done.
   */
  readonly notReady: readonly string[];
}

/** What operators have said, and what it comes to for each pool. */
export interface OverrideFacts {
  readonly all: readonly ShownOverride[];
  readonly planned: readonly PlannedWindow[];
  readonly inForce: (zone: string, pool: string) => PoolOverride | undefined;
}

/** A table of latencies that is used. */
export interface LatencyFacts {
  /** `api`: it was pushed, and stands in place of the file of the settings. */
  readonly source: 'file' | 'api';
  readonly file: string;
  readonly rows: number;
  /** How many it names. */
  readonly pools: number;
}

/** Geo data that are used. */
export interface GeoFacts {
  /** `GeoLite2-City`, `geoip-lite 2.0.3`. */
  readonly name: string;
  readonly file?: string;
  /** When they were made, ISO 8601; of geoip-lite, when its files were written. */
  readonly built?: string;
  readonly isBefore2020?: boolean;
}

/** What the settings say of recordings. */
export type RecordingFacts = Pick<Config['record'], 'sample' | 'full' | 'folder'>;

export interface SettingChange {
  /** `rateLimit.slip`. */
  readonly setting: string;
  readonly effect: Effect;
}

/** A reload of the settings, by SIGHUP or `dnsteer reload`. */
export interface ReloadOutcome {
  /** Reloads are numbered from 1. */
  readonly number: number;
  /** When it ended, in ISO 8601. */
  readonly time: string;
  /** `failed`: the settings before stay in force. */
  readonly outcome: 'done' | 'failed';
  /** Why it failed. */
  readonly problems: readonly string[];
  /** Settings that have changed, and when each is in force: {@link Effect}. */
  readonly changes: readonly SettingChange[];
  /** What takes effect at the next start only. */
  readonly notices: readonly string[];
}

/** The last fallback of a policy, which stands for all like it. */
export interface LastFailure {
  readonly version: string;
  readonly host: string;
  readonly reason: FallbackReason;
  readonly message: string;
  /** `policies/example.com.ts:12:5`, if that is known. */
  readonly at?: string;
  /** ISO 8601. */
  readonly time: string;
}

export interface LastContradiction extends Pick<ContradictionEvent, 'version' | 'host' | 'what' | 'detail'> {
  /** `policies/example.com.ts:12:5`, if that is known. */
  readonly at?: string;
  /** ISO 8601. */
  readonly time: string;
}

/** One answer process. */
export interface AnswerFacts {
  readonly index: number;
  /** 0 while there is no process. */
  readonly pid: number;
  readonly state: 'starting' | 'listening' | 'restarting';
  /** Addresses such as `127.0.0.1:5300`. */
  readonly listening: readonly string[];
  /** Absent until it listens for the first time. */
  readonly udp?: UdpSockets;
  /** How often a process was replaced because it ended. */
  readonly restarts: number;
}

const DAY_MS = 86_400_000;

/** Whole days since geo data were made, which is said as in ISO 8601. */
export function daysOld(built: string): number {
  return Math.max(0, Math.floor((Date.now() - Date.parse(built)) / DAY_MS));
}

export function withAge<T extends Pick<GeoFacts, 'built'>>(one: T): T & { readonly ageDays?: number } {
  return one.built === undefined ? one : { ...one, ageDays: daysOld(one.built) };
}
