/**
 * Probes whether an HTTP or HTTPS server answers with a good status.
 *
 * The probe connects to the target's address, whatever its host is: it sends the host as the Host header
 * and, for https, as the server name, and the certificate must be for the host. No setting turns this check
 * off. The probe follows no redirects, reads no bodies, and limits the octets of the rest (octet-limit.ts).
 */
import http from 'node:http';
import https from 'node:https';
import { connect, isIP, isIPv6 } from 'node:net';
import tls from 'node:tls';
import { limitOctets } from '../octet-limit.ts';
import type { ProbeResult } from '../probe.ts';
import { attemptProbe } from '../probe-attempt.ts';
import type { Target } from '../target.ts';
import type { Prober, ProberOptions } from './kind.ts';

export interface HttpTarget extends Target {
  readonly type: 'http' | 'https';
  readonly path: string;
  /** Host header, and for https the server name to verify. */
  readonly host: string;
  readonly status: readonly number[] | undefined;
}

/** The most octets of one block of headers. */
const MOST_HEADERS = 16_384;

export function createHttpProber({ ca = [] }: ProberOptions): Prober<HttpTarget> {
  // All connections share one context: making one takes longer than a handshake when there are roots to add.
  const secureContext = tls.createSecureContext(
    ca.length === 0 ? {} : { ca: [...tls.getCACertificates('default'), ...ca] },
  );
  const probe = (target: HttpTarget, signal: AbortSignal): Promise<ProbeResult> =>
    attemptProbe(target.timeoutMs, signal, (settle) => {
      const options: http.RequestOptions = {
        host: target.address,
        port: target.port,
        path: target.path,
        headers: { Host: hostHeader(target.host), 'User-Agent': 'dnsteer', Accept: '*/*' },
        maxHeaderSize: MOST_HEADERS,
        // Without an agent each probe has a connection of its own, and resumes no TLS session: Node does not
        // check the certificate of a resumed one.
        createConnection: () => {
          const wire = connect({ host: target.address, port: target.port });
          const socket =
            target.type === 'http'
              ? wire
              : tls.connect({ ...identity(target.host), socket: wire, secureContext });
          limitOctets(wire, socket, settle);
          return socket;
        },
      };
      const request = (target.type === 'http' ? http : https).request(options);
      request.once('response', (response) => settle(statusProblem(response.statusCode ?? 0, target.status)));
      // `on` and not `once`: a socket may report another error while it closes.
      request.on('error', settle);
      request.end();
      return request;
    });
  return { probe };
}

/** RFC 9110 §7.2: the Host header has an IPv6 address in brackets. */
function hostHeader(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** The name that the server's certificate must prove. */
function identity(host: string): Required<Pick<tls.ConnectionOptions, 'servername' | 'checkServerIdentity'>> {
  const name = isIP(host) === 0 ? host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : host;
  return {
    // RFC 6066 §3: a client does not send an address as server name. The certificate must name it all the
    // same.
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
  };
}

function statusProblem(status: number, wanted: readonly number[] | undefined): string | undefined {
  const isGood = wanted === undefined ? status >= 200 && status <= 399 : wanted.includes(status);
  return isGood ? undefined : `Status ${status}`;
}
