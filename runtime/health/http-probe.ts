/**
 * Whether an HTTP or HTTPS server answers with a good status.
 *
 * The connection goes to the target's address whatever its host is: the host is sent as the Host
 * header and, for https, as the server name, and the certificate must be for it. Nothing switches
 * that off. Redirects are answers like any other, and bodies are not read.
 */
import http from 'node:http';
import https from 'node:https';
import { isIP, isIPv6 } from 'node:net';
import tls from 'node:tls';
import { attempt } from './attempt.ts';
import type { Probe } from './probe.ts';
import type { HttpTarget } from './target.ts';

/** A probe that trusts the given certificates (PEM) beside those that Node trusts. */
export function createHttpProbe(ca: readonly string[] = []): Probe<HttpTarget> {
  const httpAgent = new http.Agent({ keepAlive: false });
  const httpsAgent = new https.Agent({
    keepAlive: false,
    // The certificate is not looked at again when a TLS session is resumed.
    maxCachedSessions: 0,
    // One for all connections: to make one takes longer than a handshake when there are roots to add.
    secureContext: tls.createSecureContext(
      ca.length === 0 ? {} : { ca: [...tls.getCACertificates('default'), ...ca] },
    ),
  });
  return (target, signal) =>
    attempt(target.timeoutMs, signal, (settle) => {
      const options: https.RequestOptions = {
        host: target.address,
        port: target.port,
        path: target.path,
        headers: { Host: hostHeader(target.host), 'User-Agent': 'dnsteer', Accept: '*/*' },
      };
      const request =
        target.type === 'http'
          ? http.request({ ...options, agent: httpAgent })
          : https.request({ ...options, ...identity(target.host), agent: httpsAgent });
      request.once('response', (response) => settle(statusProblem(response.statusCode ?? 0, target.status)));
      // Not once: a socket may report another error while it is closed.
      request.on('error', settle);
      request.end();
      return request;
    });
}

/** RFC 9110 §7.2: an IPv6 address stands in brackets. */
function hostHeader(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** Whom the server must prove to be. */
function identity(host: string): Pick<https.RequestOptions, 'servername' | 'checkServerIdentity'> {
  const name = isIP(host) === 0 ? host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : host;
  return {
    // RFC 6066 §3: addresses are not sent as server name. The certificate must name them all the same.
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
  };
}

function statusProblem(status: number, wanted: readonly number[] | undefined): string | undefined {
  const isGood = wanted === undefined ? status >= 200 && status <= 399 : wanted.includes(status);
  return isGood ? undefined : `Status ${status}`;
}
