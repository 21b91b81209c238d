/** The settings of an edge process, which answers HTTP: those of an answer process, and these. */
import type { SocketAddress } from '../base/net/socket-address.ts';

export interface EdgeSettings {
  readonly redirect: {
    readonly listen: readonly SocketAddress[];
    readonly tls: { readonly listen: readonly SocketAddress[] };
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
