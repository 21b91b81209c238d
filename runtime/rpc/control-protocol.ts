/**
 * Every message between control and an answer process, over Node's IPC channel.
 *
 * Control speaks first (`start`), and says when to open the sockets (`listen`): a process that takes
 * another's place does so only once it knows all zones. The answer process replies `ready` once it
 * listens, or `fatal`. Zones, health and secrets may be sent at any time after `start`. Each `zones` is
 * acknowledged with `applied` once its answers can be seen by clients. Both ends are ours and
 * neither runs policy code, so messages are typed but not re-validated.
 */

import type { Stall } from '../base/loop/loop-watch.ts';
import type { Generation } from '../base/process/generation.ts';
import type { TsigAlgorithm } from '../wire/iana/tsig.ts';
import type { AnswerStats, StatsPart } from './answer-stats.ts';
import type { Explanation } from './explanation.ts';
import type { Impurity, ManifestData } from './plan.ts';

export type ToAnswer =
  | { readonly t: 'start'; readonly settings: AnswerSettings }
  /** On these sockets, which come on the channel for descriptors; without, on sockets of its own. */
  | { readonly t: 'listen'; readonly sockets?: readonly SocketPlace[] }
  /** Read from the sockets of another process too, which come as for `listen`; and no more. */
  | { readonly t: 'adopt'; readonly set: number; readonly sockets: readonly SocketPlace[] }
  | { readonly t: 'leave'; readonly set: number }
  | {
      readonly t: 'zones';
      readonly seq: number;
      readonly put: readonly SentZone[];
      readonly drop: readonly string[];
    }
  /** A piece of octets that are more than a message holds, and where it belongs in them; `size` of them in all. */
  | {
      readonly t: 'octets';
      readonly id: number;
      readonly size: number;
      readonly at: number;
      readonly base64: string;
    }
  /** What TLS goes by, before `listen` where there is TLS, and whenever it changes. */
  | { readonly t: 'secrets'; readonly secrets: TlsSecrets }
  /** Target id → whether it is up, or probed no more; only what changed. A target never named counts as up. */
  | { readonly t: 'health'; readonly states: HealthStates }
  | ({ readonly t: 'cookies' } & CookieSettings)
  /** Constant work, and no other: whether its loop runs. */
  | { readonly t: 'ping' }
  | { readonly t: 'stats'; readonly id: number }
  | { readonly t: 'explain'; readonly id: number; readonly ask: ExplainAsk }
  /** Run the policy of this zone again, whatever it did, unless it was stopped in its trial. */
  | { readonly t: 'release'; readonly id: number; readonly zone: string }
  /** Stop taking new work, answer what is pending, exit 0. */
  | { readonly t: 'drain' };

export type FromAnswer =
  | { readonly t: 'ready'; readonly listening: readonly string[]; readonly udp: UdpSockets }
  | { readonly t: 'fatal'; readonly message: string }
  /** Of `zones`, `octets` and `health`, which may be long, one was read: the next may come. */
  | { readonly t: 'taken' }
  /** `problems`: zones that could not be taken, in words; they are served as they were. */
  | { readonly t: 'applied'; readonly seq: number; readonly problems?: readonly string[] }
  | { readonly t: 'pong' }
  /** The sockets of another process are not read from, for a reason. */
  | { readonly t: 'unadopted'; readonly reason: string }
  /** What it counts for zones comes first, in parts. */
  | { readonly t: 'stats-part'; readonly id: number; readonly part: StatsPart }
  | { readonly t: 'stats'; readonly id: number; readonly stats: Omit<AnswerStats, keyof StatsPart> }
  | { readonly t: 'explained'; readonly id: number; readonly explanation: Explanation }
  | { readonly t: 'released'; readonly id: number; readonly wasQuarantined: boolean }
  | { readonly t: 'fallback'; readonly event: FallbackEvent }
  | { readonly t: 'contradiction'; readonly event: ContradictionEvent }
  | { readonly t: 'query'; readonly line: QueryLine }
  | { readonly t: 'transfer'; readonly event: TransferEvent }
  | { readonly t: 'notify'; readonly event: NotifyEvent }
  | { readonly t: 'limited'; readonly event: LimitEvent }
  /** It takes fewer connections than it was told to, for want of descriptors; why, and what to do about it. */
  | { readonly t: 'descriptors'; readonly warning: string }
  /** A turn of its loop took so long that everybody waited. */
  | { readonly t: 'stall'; readonly event: Stall }
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

/** A zone on its way. */
export type SentZone = Omit<ZoneUpdate, 'image' | 'policy'> & {
  readonly image: SentOctets;
  readonly policy?: SentPolicy;
};

/** `body` holds the manifest and the script (policy-body.ts). */
export type SentPolicy = Omit<PolicyUpdate, 'manifest' | 'script'> & { readonly body: SentOctets };

/**
 * Octets are part of the message, or in a file, which is not written again, or were sent in pieces before: then
 * this is their id.
 */
export type SentOctets =
  | { readonly base64: string }
  | { readonly file: string }
  | { readonly pieces: number };

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

/** By target id. */
export type HealthStates = Readonly<Record<string, 'up' | 'down' | 'gone'>>;

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
  readonly generation: Generation;
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

/** What a socket is bound to, and what is spoken on it. */
export interface SocketPlace {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}

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

export interface ExplainAsk {
  readonly name: string;
  readonly type: string;
  /** Client address or prefix; absent when only `country` is given. */
  readonly from?: string;
  /** Facts that replace what geo data says: `{ country: 'DE' }`. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}
