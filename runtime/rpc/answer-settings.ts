/** The settings of an answer process, which control sends when it starts. */
import type { Generation } from '../base/process/generation.ts';
import type { PeerServer } from '../client/peer-server.ts';
import type { KeySetting } from '../tsig/tsig-key.ts';
import type { Transport } from '../wire/transport.ts';

/** What a process takes over while it runs, between two queries. */
export interface LiveSettings {
  readonly udpPayloadSize: number;
  /** What clients get that ask for this server's identity, if anything (RFC 4892, RFC 5001). */
  readonly identity: { readonly name?: string | undefined; readonly version?: string | undefined };
  /** Seconds for which denials of policies may be remembered at most. */
  readonly negativeTtl?: number | undefined;
  /** How much may be remembered: decisions of one policy, megabytes of one and of all policies, packets. */
  /** So many answer processes share all queries; default: this is the only one. */
  readonly processes?: number;
  readonly memo: {
    readonly leaves: number;
    readonly policyMemory: number;
    readonly memory: number;
    readonly packets: number;
  };
  readonly tcp: { readonly idleMs: number; readonly clients: number; readonly clientsPerAddress: number };
  /** Networks of proxies, which send a PROXY header. */
  readonly proxies: readonly string[];
  /** If absent, responses are not limited. */
  readonly rateLimit?: RateLimitSettings;
  readonly signing: {
    /** Share of the process's time that may go into making signatures, over 0 and up to 1. */
    readonly share: number;
  };
  /** Share of queries to log, 0 (none) to 1. */
  readonly queryLogSample: number;
  /** Share of queries to record, 0 (none) to 1, and whether clients are recorded whole. */
  readonly record: { readonly sample: number; readonly full: boolean };
  readonly transfers: TransferSettings;
  /** A file with a table of latencies (geo/latency/), and the hash of what it was made of; absent where there is none. */
  readonly latencies?: { readonly table: string; readonly hash: string };
}

const LIVE: Readonly<Record<keyof LiveSettings, true>> = {
  udpPayloadSize: true,
  identity: true,
  negativeTtl: true,
  processes: true,
  memo: true,
  tcp: true,
  proxies: true,
  rateLimit: true,
  signing: true,
  queryLogSample: true,
  record: true,
  transfers: true,
  latencies: true,
};

export interface AnswerSettings extends LiveSettings {
  /** Which of the answer processes this is, from 0. */
  readonly index: number;
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  readonly geo: {
    readonly detail: 'city' | 'country' | 'none';
    /** MMDB files, with hashes of what was in them when control looked: another content has other processes read it. */
    readonly files: readonly {
      readonly file: string;
      readonly hash: string;
      /** A file with just this content; absent where none could be written. */
      readonly copy?: string;
    }[];
    /** Network → its place, in place of the geo data: `{ '10.0.0.0/8': { country: 'DE' } }`. */
    readonly overrides: Readonly<
      Record<string, Readonly<Record<string, string | number | boolean | undefined>>>
    >;
  };
  /** `auto`: batched where this machine has what they need. */
  readonly udpSockets: 'auto' | UdpSockets['kind'];
  readonly tls: { readonly listen: readonly { readonly address: string; readonly port: number }[] };
  readonly https: {
    readonly listen: readonly { readonly address: string; readonly port: number }[];
    readonly path: string;
  };
  /** The script that runs before each policy. */
  readonly prelude: string;
  readonly sandbox: {
    /** Whether V8 only interprets policies, and compiles no machine code at run time. */
    readonly jitless: boolean;
    /** Whether to use a sandbox whose self-test finds a door open. */
    readonly allowOpenDoors: boolean;
    /** Megabytes that one sandbox process may use. */
    readonly memory: number;
  };
  /** Of an edge process, which answers HTTP and no DNS. */
  readonly http?: EdgeSettings;
  readonly dropPrivileges?: { readonly user: string; readonly group?: string };
  /** The process goes on without control until this file says that another control has taken over. */
  readonly generation: Generation;
}

/** What an edge process, which answers HTTP, is told beside. */
export interface EdgeSettings {
  readonly redirect: {
    readonly listen: readonly { readonly address: string; readonly port: number }[];
    readonly tls: { readonly listen: readonly { readonly address: string; readonly port: number }[] };
    /** Of redirections of GET and HEAD. */
    readonly status: number;
    /** Seconds after which a client may ask again that could not be sent anywhere. */
    readonly retryAfter: number;
  };
  /** Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto count. */
  readonly trusted: readonly string[];
  /** Seconds of Strict-Transport-Security over TLS; 0: none. */
  readonly hsts: number;
  readonly limits: {
    /** Of one process. */
    readonly connections: number;
    readonly requestsPerConnection: number;
    /** Seconds for which a connection may be idle. */
    readonly idle: number;
    /** Octets. */
    readonly header: number;
  };
}

/** The part of the settings that a process takes over while it runs. */
export function liveIn(settings: AnswerSettings): LiveSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name in LIVE)) as never;
}

/** The rest: others need another process. */
export function fixedIn(settings: AnswerSettings): Omit<AnswerSettings, keyof LiveSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in LIVE))) as never;
}

/** DNS cookies (RFC 7873), the same in all processes; off until control sends them. */
export interface CookieSettings {
  /** 32 hexadecimal digits each. The first makes cookies, all are accepted; without any, cookies are off. */
  readonly secrets: readonly string[];
  /** Whether UDP clients that send a cookie have to send one of this server. */
  readonly isRequired: boolean;
}

/** Response rate limiting, as one process does it. */
export interface RateLimitSettings {
  /** How often one network gets the same response; more are over the rate. */
  readonly perSecond: number;
  /** How far a network may overdraw, and so how long after it stops it is served again. */
  readonly windowSeconds: number;
  /** Of responses over the rate, each n-th goes out truncated (`slip`) or whole (`leak`); 0: none. */
  readonly slip: number;
  readonly leak: number;
  /** Prefix lengths of networks. */
  readonly ipv4Bits: number;
  readonly ipv6Bits: number;
  /** Networks that are not limited. */
  readonly exempt: readonly string[];
  /** Whether responses over the rate are only counted, and sent all the same. */
  readonly isTrial: boolean;
}

/** Which servers may transfer which zones, and whose NOTIFY messages count. */
export interface TransferSettings {
  readonly keys: readonly KeySetting[];
  /** Rules for all zones that have none of their own. */
  readonly allow: readonly TransferRule[];
  readonly zones: Readonly<Record<string, readonly TransferRule[]>>;
  /** Zone → the primaries it is transferred from. */
  readonly primaries: Readonly<Record<string, readonly PeerServer[]>>;
  /** The keys that may change records, each with its zones; every zone if there are none. */
  readonly updates: readonly { readonly key: string; readonly zones: readonly string[] }[];
}

/** Matches servers in the network `from`, with the key `key`, or both if both are given. */
export interface TransferRule {
  /** `192.0.2.0/24`. */
  readonly from?: string;
  /** The name of a key. */
  readonly key?: string;
}

/** Certificate and key as PEM, and the key that encrypts tickets, 48 octets in base64. */
export interface TlsSecrets {
  readonly certificate: string;
  readonly key: string;
  readonly ticketKey: string;
}

/** The address and port of a socket, and the transport on it. */
export interface SocketPlace {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}

/** The kind of UDP sockets: many messages with one system call (`batched`), or one by one. */
export interface UdpSockets {
  readonly kind: 'batched' | 'dgram';
  /** Why the sockets are not batched, and what to do about it. */
  readonly warning?: string;
}
