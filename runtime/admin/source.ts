/**
 * What the admin server needs to know, and from whom: control tells what it has done and seen
 * (facts), the answer processes what they have counted (stats). The parts that know are asked as
 * they are; status.ts makes one picture of it.
 */
import type { TargetReport } from '../health/monitor.ts';
import type { RegisteredZone } from '../registry/zone-status.ts';
import type { UdpSockets } from '../rpc/answer-settings.ts';
import type { AnswerStats } from '../rpc/answer-stats.ts';
import type { ContradictionEvent } from '../rpc/events.ts';
import type { ExplainAsk, Explanation } from '../rpc/explanation.ts';
import type { FallbackReason } from '../rpc/fallback.ts';
import type { SandboxStats } from '../runner/state.ts';
import type { SecondaryStatus } from '../transfer/secondary-zone.ts';

export interface AdminSource {
  facts(): ServerFacts;
  /** Of the answer processes that reply. */
  stats(): Promise<readonly AnswerStats[]>;
  /** `undefined` if no answer process replies. */
  explain(ask: ExplainAsk): Promise<Explanation | undefined>;
  /** Ends the quarantine of a zone; `undefined` if there is no such zone. */
  release(zone: string): Promise<Release | undefined>;
}

/**
 * What the release of a zone came to. `stopped-again`: its policy, which had been stopped in its trial,
 * was tried once more and had to be stopped again.
 */
export type Release = 'released' | 'not-quarantined' | 'stopped-again';

/** What control knows by itself. */
export interface ServerFacts {
  /** dnsteer's own version. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The configuration file, if there is one. */
  readonly configFile: string | undefined;
  /** The policies folder. */
  readonly policies: string;
  /** As the registry tells. */
  readonly zones: readonly RegisteredZone[];
  /** Zones that are transferred from elsewhere. */
  readonly secondaries: readonly SecondaryStatus[];
  /** As the health monitor tells. */
  readonly targets: readonly TargetReport[];
  /** As the fleet tells. */
  readonly answer: readonly AnswerFacts[];
  /** Control's own sandbox, where new versions are tried. */
  readonly trials: Pick<SandboxStats, 'pid' | 'rssBytes' | 'restarts'>;
  /** Changes of zones that went live, and that were refused. */
  readonly reloads: number;
  readonly reloadFailures: number;
  /** Zone → how its policy last failed, and its fallback was answered. */
  readonly lastFailures: ReadonlyMap<string, LastFailure>;
  /** Zone → how its policy last showed to be no function of what it reads. */
  readonly contradictions: ReadonlyMap<string, LastContradiction>;
  /** What the operator should see to: geo data out of date, no name servers configured. */
  readonly warnings: readonly string[];
  /** Why the server is not ready; empty when all answer processes listen and every zone's first load is done. */
  readonly notReady: readonly string[];
}

/** One fallback, to stand for all like it. */
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
  /** 0 while there is none. */
  readonly pid: number;
  readonly state: 'starting' | 'listening' | 'restarting';
  /** `127.0.0.1:5300`. */
  readonly listening: readonly string[];
  /** Absent until it listens for the first time. */
  readonly udp?: UdpSockets;
  /** How often it was replaced because it ended. */
  readonly restarts: number;
}
