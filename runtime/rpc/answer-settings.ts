/** What an answer process goes by, as control tells it at its start. */
import type { Generation } from '../base/process/generation.ts';
import type { PeerServer } from '../client/peer-server.ts';
import type { KeySetting } from '../tsig/tsig-key.ts';
import type { Transport } from '../wire/transport.ts';

export interface AnswerSettings {
  /** Which of the answer processes this is, from 0. */
  readonly index: number;
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  readonly udpPayloadSize: number;
  /** What clients that ask for this server's identity learn, if anything (RFC 4892, RFC 5001). */
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
    /** Network → its place, which stands in for what the geo data says: `{ '10.0.0.0/8': { country: 'DE' } }`. */
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

/** DNS cookies (RFC 7873), the same in all processes; off until control sends them. */
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
  readonly keys: readonly KeySetting[];
  /** For all zones that have no rules of their own. */
  readonly allow: readonly TransferRule[];
  readonly zones: Readonly<Record<string, readonly TransferRule[]>>;
  /** Zone → where it is transferred from. */
  readonly primaries: Readonly<Record<string, readonly PeerServer[]>>;
}

/** Whom it matches: those in the network and with the key, whichever of both are named. */
export interface TransferRule {
  /** `192.0.2.0/24`. */
  readonly from?: string;
  /** The name of a key. */
  readonly key?: string;
}

/** PEM, and 48 octets in base64 that tickets are made with. */
export interface TlsSecrets {
  readonly certificate: string;
  readonly key: string;
  readonly ticketKey: string;
}

/** What a socket is bound to, and what is spoken on it. */
export interface SocketPlace {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}

/** What UDP goes through: many messages with one system call, or one by one. */
export interface UdpSockets {
  readonly kind: 'batched' | 'dgram';
  /** Why it is not the better kind, and what to do about it. */
  readonly warning?: string;
}
