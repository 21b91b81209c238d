/**
 * Every message between control and an answer process, over Node's IPC channel.
 *
 * Control speaks first (`start`), and says when to open the sockets (`listen`): a process that takes
 * another's place does so only once it knows all zones. The answer process replies `ready` once it
 * listens, or `fatal`. Zones, health and secrets may be sent at any time after `start`. Each `zones` is
 * acknowledged with `applied` once its answers can be seen by clients. Both ends are ours and
 * neither runs policy code, so messages are typed but not re-validated.
 */
import type { HistogramData } from '../base/meter.ts';
import type { TsigAlgorithm } from '../wire/iana/tsig.ts';
import type { Explanation } from './explanation.ts';
import type { Impurity, ManifestData } from './plan.ts';

export type ToAnswer =
  | { readonly t: 'start'; readonly settings: AnswerSettings }
  | { readonly t: 'listen' }
  | {
      readonly t: 'zones';
      readonly seq: number;
      readonly put: readonly SentZone[];
      readonly drop: readonly string[];
    }
  /** What TLS goes by, before `listen` where there is TLS, and whenever it changes. */
  | { readonly t: 'secrets'; readonly secrets: TlsSecrets }
  /** Target id → whether it is up; only what changed. A target never named counts as up. */
  | { readonly t: 'health'; readonly states: Readonly<Record<string, 'up' | 'down'>> }
  | ({ readonly t: 'cookies' } & CookieSettings)
  | { readonly t: 'stats'; readonly id: number }
  | { readonly t: 'explain'; readonly id: number; readonly ask: ExplainAsk }
  /** Run the policy of this zone again, whatever it did, unless it was stopped in its trial. */
  | { readonly t: 'release'; readonly id: number; readonly zone: string }
  /** Stop taking new work, answer what is pending, exit 0. */
  | { readonly t: 'drain' };

export type FromAnswer =
  | { readonly t: 'ready'; readonly listening: readonly string[]; readonly udp: UdpSockets }
  | { readonly t: 'fatal'; readonly message: string }
  /** `problems`: zones that could not be taken, in words; they are served as they were. */
  | { readonly t: 'applied'; readonly seq: number; readonly problems?: readonly string[] }
  | { readonly t: 'stats'; readonly id: number; readonly stats: AnswerStats }
  | { readonly t: 'explained'; readonly id: number; readonly explanation: Explanation }
  | { readonly t: 'released'; readonly id: number; readonly wasQuarantined: boolean }
  | { readonly t: 'fallback'; readonly event: FallbackEvent }
  | { readonly t: 'contradiction'; readonly event: ContradictionEvent }
  | { readonly t: 'query'; readonly line: QueryLine }
  | { readonly t: 'transfer'; readonly event: TransferEvent }
  | { readonly t: 'notify'; readonly event: NotifyEvent }
  | { readonly t: 'limited'; readonly event: LimitEvent }
  | {
      readonly t: 'sandbox';
      readonly state: 'ready' | 'exited' | 'moved';
      readonly pid: number;
      readonly detail: string;
    };

/** One zone as an answer process needs it. Replaces the zone's earlier version as a whole. */
export interface ZoneUpdate {
  /** Lower case, no final dot: `example.com`. */
  readonly zone: string;
  /** Eight hexadecimal digits of a hash over all that makes the zone. */
  readonly version: string;
  /** Its static records, SOA and NS among them, and where its hosts are (zone/zone-image.ts). */
  readonly image: Uint8Array<ArrayBuffer>;
  readonly policy?: PolicyUpdate;
  /** Why names without static records get SERVFAIL: a policy file is there and none of its versions ever loaded. */
  readonly broken?: string;
  /** Why static names get SERVFAIL: no copy of its primary's zone is fit to be served. A policy's hosts are. */
  readonly withheld?: 'expired' | 'never-transferred';
}

/** A zone on its way: its image is part of the message, or in a file, which is not written again. */
export type SentZone = Omit<ZoneUpdate, 'image'> & { readonly image: SentImage };

export type SentImage = { readonly base64: string } | { readonly file: string };

export interface PolicyUpdate {
  /** As the operator knows it: `policies/example.com.ts`. */
  readonly file: string;
  readonly script: string;
  readonly manifest: ManifestData;
  /** Milliseconds, the policy's own or the server's default. */
  readonly budgetMs: number;
  readonly deadlineMs: number;
  readonly memoryMb: number;
  /** Milliseconds on a processor that its top level may take. */
  readonly topLevelMs: number;
  /** As many that loading took in its trial, if it is dear. No part of the version: it differs each time. */
  readonly loadMs?: number | undefined;
  /** Of checks that do not say theirs. Part of what names a target. */
  readonly checkTiming: CheckTiming;
  /** Fallback only: the version hung or crashed its trial and there was none before it. */
  readonly quarantined?: string;
}

/** Of health checks: seconds, and results in a row. */
export interface CheckTiming {
  readonly interval: number;
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
}

export interface AnswerSettings {
  /** Which of the answer processes this is, from 0. */
  readonly index: number;
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  readonly udpPayloadSize: number;
  /** What whoever asks is told of this server, if anything. */
  readonly identity: { readonly name?: string | undefined; readonly version?: string | undefined };
  readonly negativeTtl: number;
  readonly defaultTtl: number;
  /** How much may be remembered: decisions of one policy, and megabytes of one and of all. */
  readonly memo: {
    readonly leaves: number;
    readonly policyMemory: number;
    readonly memory: number;
    readonly packets: number;
  };
  readonly geo: {
    readonly detail: 'city' | 'country' | 'none';
    /** Network → what is known of it, in place of what the geo data says: `{ '10.0.0.0/8': { country: 'DE' } }`. */
    readonly overrides: Readonly<
      Record<string, Readonly<Record<string, string | number | boolean | undefined>>>
    >;
  };
  /** `auto`: batched where they can be had. */
  readonly udpSockets: 'auto' | UdpSockets['kind'];
  readonly tcp: { readonly idleMs: number; readonly clients: number; readonly clientsPerAddress: number };
  readonly tls: { readonly listen: readonly { readonly address: string; readonly port: number }[] };
  readonly https: {
    readonly listen: readonly { readonly address: string; readonly port: number }[];
    readonly path: string;
  };
  /** Networks of those who send a PROXY header. */
  readonly proxies: readonly string[];
  /** What all scripts of policies expect to have run. */
  readonly prelude: string;
  readonly sandbox: {
    /** Policies are interpreted: no code is made at run time. */
    readonly jitless: boolean;
    /** Serve even where the self-test of a sandbox finds a door open. */
    readonly allowOpenDoors: boolean;
    /** Megabytes one process may use. */
    readonly memory: number;
  };
  /** None: responses are not limited. */
  readonly rateLimit?: RateLimitSettings;
  /** Share of queries to log, 0 (none) to 1. */
  readonly queryLogSample: number;
  readonly dropPrivileges?: { readonly user: string; readonly group?: string };
  readonly transfers: TransferSettings;
  /** Without control the process goes on, until this file says that another control has taken over. */
  readonly generation: { readonly file: string; readonly id: string };
}

/** DNS cookies (RFC 7873), the same in all processes; off until they are told. */
export interface CookieSettings {
  /** 32 hexadecimal digits each. The first makes cookies, all are accepted; none: cookies are off. */
  readonly secrets: readonly string[];
  /** UDP clients that send a cookie have to send one of ours. */
  readonly isRequired: boolean;
}

/** Response rate limiting, of one process. */
export interface RateLimitSettings {
  /** The same response to one network; more are over the rate. */
  readonly perSecond: number;
  /** How much a network may overdraw, and so how long it takes until it is served again once it stops. */
  readonly windowSeconds: number;
  /** Of responses over the rate, every so many is sent truncated, or whole; 0: none. */
  readonly slip: number;
  readonly leak: number;
  /** How long networks are. */
  readonly ipv4Bits: number;
  readonly ipv6Bits: number;
  /** Networks that are not limited. */
  readonly exempt: readonly string[];
  /** All is counted, and sent. */
  readonly isTrial: boolean;
}

/** Who may have which zones, and whose news of changes counts. */
export interface TransferSettings {
  /** Secrets are in base64. */
  readonly keys: readonly {
    readonly name: string;
    readonly algorithm: TsigAlgorithm;
    readonly secret: string;
  }[];
  /** For all zones that have no rules of their own. */
  readonly allow: readonly TransferRule[];
  readonly zones: Readonly<Record<string, readonly TransferRule[]>>;
  /** Zone → where it is transferred from. */
  readonly primaries: Readonly<Record<string, readonly Peer[]>>;
}

/** Whom it matches: those in the network and with the key, whichever of both are named. */
export interface TransferRule {
  /** `192.0.2.0/24`. */
  readonly from?: string;
  /** The name of a key. */
  readonly key?: string;
}

/** Another server, and the key it is spoken to with. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  readonly key?: string;
}

/** A transfer that was asked for. */
export interface TransferEvent {
  readonly zone: string;
  readonly client: string;
  readonly key?: string;
  readonly type: 'AXFR' | 'IXFR';
  readonly serial: number;
  /** Names that a policy decides, which no transfer holds. */
  readonly hosts: number;
  /** Records sent; absent where it was cut short. */
  readonly records?: number;
}

/** A primary says that a zone has changed (RFC 1996). */
export interface NotifyEvent {
  readonly zone: string;
  readonly client: string;
  /** As the primary has it, if it says so. */
  readonly serial?: number;
}

/** A network began to be over its rate of responses, or has not been for a while. */
export type LimitEvent =
  | { readonly network: string; readonly state: 'began' }
  /** `responses` were over it, about. */
  | { readonly network: string; readonly state: 'ended'; readonly responses: number };

/** PEM, and 48 octets in base64 that tickets are made with. */
export interface TlsSecrets {
  readonly certificate: string;
  readonly key: string;
  readonly ticketKey: string;
}

/** What UDP goes through: many messages with one system call, or one by one. */
export interface UdpSockets {
  readonly kind: 'batched' | 'dgram';
  /** Why it is not the better kind, and what to do about it. */
  readonly warning?: string;
}

/** Why the fallback went out. */
export type FallbackReason =
  | 'throw'
  | 'budget'
  | 'deadline'
  | 'memory'
  | 'invalid'
  | 'sandbox'
  | 'breaker'
  | 'quarantined';

export interface FallbackEvent {
  readonly zone: string;
  readonly version: string;
  /** Key in the policy's `hosts`. */
  readonly host: string;
  readonly name: string;
  readonly type: string;
  readonly reason: FallbackReason;
  readonly message: string;
  /** Positions in the bundled script; control maps them to the author's file. */
  readonly stack?: string;
  /** Fallbacks of this zone and reason since the last event, this one included. */
  readonly count: number;
}

/**
 * Why a decision was not remembered. `unknown`: it read what answer processes know no fact for.
 * `size`: it would take too much memory. `off`: nothing of this version is, by setting or because it
 * contradicted itself.
 */
export type Unremembered = Impurity | 'unknown' | 'size' | 'off';

/** A policy is no function of what it reads: from now on its version is asked each time, in this process. */
export interface ContradictionEvent {
  readonly zone: string;
  readonly version: string;
  /** Key in the policy's `hosts`. */
  readonly host: string;
  readonly name: string;
  readonly type: string;
  /** What differed: what it read, the plan, that it used chance, that it failed. */
  readonly what: 'facts' | 'plan' | 'chance' | 'failure';
  /** Completes the sentence "For what it had read before, the policy …". */
  readonly detail: string;
}

export interface QueryLine {
  readonly client: string;
  readonly name: string;
  readonly type: string;
  readonly rcode: string;
  readonly transport: Transport;
  readonly zone?: string;
  readonly micros: number;
}

/** `tls` is DNS over TLS (RFC 7858), `https` DNS over HTTPS (RFC 8484). */
export type Transport = 'udp' | 'tcp' | 'tls' | 'https';

/** Counters since the process began. Control adds those of all processes together. */
export interface AnswerStats {
  readonly pid: number;
  readonly rssBytes: number;
  readonly cpuMicros: number;
  readonly queries: readonly {
    readonly zone: string;
    readonly type: string;
    readonly rcode: string;
    readonly transport: Transport;
    readonly count: number;
  }[];
  readonly zones: readonly ZoneStats[];
  /** Response time from arrival to send of answers that needed the sandbox, and of runs inside it: bucket upper bounds in seconds are in base/meter.ts. */
  readonly decisionSeconds: HistogramData;
  readonly runSeconds: HistogramData;
  readonly dropped: Readonly<Record<string, number>>;
  /** Queries with a cookie that were answered: the client's part alone, one that is none of ours, one of ours. */
  readonly cookies: Readonly<Record<'client' | 'invalid' | 'valid', number>>;
  /** Responses over the rate, by what became of them; `told`: sent, for the limit is on trial. */
  readonly limited: Readonly<Record<'dropped' | 'slipped' | 'leaked' | 'told', number>>;
  readonly tcpClients: number;
  readonly sandbox: {
    readonly pid: number;
    readonly rssBytes: number;
    readonly restarts: number;
    readonly pending: number;
  };
  /** The second sandbox, while policies have to be kept apart. */
  readonly apart?: { readonly pid: number; readonly rssBytes: number };
  /** That of policies which are dear to load, while there are any. */
  readonly heavy?: { readonly pid: number; readonly rssBytes: number };
  readonly memo: {
    readonly hits: number;
    /** Responses taken as they were made before. */
    readonly packets: number;
    readonly misses: number;
    /** Queries that waited for a decision another had asked for. */
    readonly joins: number;
    /** Remembered decisions that were made again, to see whether they are the same. */
    readonly rechecks: number;
    readonly evictions: number;
    /** Now, as are the octets, which are estimated. */
    readonly leaves: number;
    readonly octets: number;
  };
}

export interface ZoneStats {
  readonly zone: string;
  readonly version: string;
  readonly runs: number;
  readonly fallbacks: Readonly<Partial<Record<FallbackReason, number>>>;
  readonly memoHits: number;
  /** Decisions that could not be remembered, by reason. */
  readonly unremembered: Readonly<Partial<Record<Unremembered, number>>>;
  readonly contradictions: number;
  readonly breaker: 'closed' | 'open' | 'quarantined';
}

export interface ExplainAsk {
  readonly name: string;
  readonly type: string;
  /** Client address or prefix; absent when only `country` is given. */
  readonly from?: string;
  /** Facts that replace what geo data says: `{ country: 'DE' }`. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}
