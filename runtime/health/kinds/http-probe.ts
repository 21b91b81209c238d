/**
 * Probes whether an HTTP or HTTPS server answers with a good status.
 *
 * The probe connects to the target's address, whatever its host is: it sends the host as the Host header
 * and, for https, as the server name, and the certificate must be for the host. No policy turns this check
 * off. The probe follows no redirects, reads nothing behind the status (status-line.ts), and limits the octets
 * before it (octet-limit.ts).
 */
import { isIP, isIPv6, type Socket } from 'node:net';
import tls from 'node:tls';
import { connectTo } from '../connect.ts';
import { limitOctets } from '../octet-limit.ts';
import type { ProbeResult } from '../probe.ts';
import { attemptProbe, type Settle } from '../probe-attempt.ts';
import type { Target } from '../target.ts';
import type { Prober, ProberOptions } from './kind.ts';
import { StatusLine } from './status-line.ts';

export interface HttpTarget extends Target {
  readonly type: 'http' | 'https';
  readonly path: string;
  /** Host header, and for https the server name to verify. */
  readonly host: string;
  readonly status: readonly number[] | undefined;
}

export function createHttpProber({ ca = [], names }: ProberOptions): Prober<HttpTarget> {
  // All connections share one context: making one takes longer than a handshake when there are roots to add.
  const secureContext = tls.createSecureContext(
    ca.length === 0 ? {} : { ca: [...tls.getCACertificates('default'), ...ca] },
  );
  const probe = (target: HttpTarget, signal: AbortSignal): Promise<ProbeResult> =>
    attemptProbe(target.timeoutMs, signal, (settle) => {
      const request = requestText(target);
      const wire = connectTo(target, names);
      // Each probe resumes no TLS session: Node does not check the certificate of a resumed one.
      const socket =
        target.type === 'http'
          ? wire
          : tls.connect({ ...identity(target.host), socket: wire, secureContext });
      limitOctets(wire, socket, settle);
      // `on` and not `once`: a socket may report another error while it closes.
      wire.on('error', settle);
      socket.on('error', settle);
      socket.once(target.type === 'http' ? 'connect' : 'secureConnect', () => socket.write(request));
      readStatus(socket, target.status, settle);
      return {
        destroy() {
          socket.destroy();
          wire.destroy();
        },
      };
    });
  return { probe };
}

/** The octets of the request, one for each connection. */
function requestText({ path, host }: HttpTarget): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${hostHeader(host)}`,
    'User-Agent: dnsteer',
    'Accept: */*',
    'Connection: close',
  ];
  // A line break in what a policy wrote would begin another header.
  if (lines.some((line) => !/^[\x20-\x7e]*$/.test(line))) throw new Error('Invalid character in header');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function readStatus(socket: Socket, wanted: readonly number[] | undefined, settle: Settle): void {
  const reader = new StatusLine();
  socket.on('data', (octets: Buffer) => {
    const found = reader.read(octets);
    if (found.kind === 'status') settle(statusProblem(found.status, wanted));
    else if (found.kind === 'foreign') settle(`Response is not HTTP: it begins with "${shown(found.line)}"`);
  });
  // What began, and ends before its line does, is no answer, either.
  socket.once('end', () => settle(CLOSED)).once('close', () => settle(CLOSED));
}

const CLOSED = 'Connection closed before an answer';
/** Characters of a line that people see. */
const MOST_SHOWN = 60;

function shown(line: string): string {
  return line.length <= MOST_SHOWN ? line : `${line.slice(0, MOST_SHOWN)}…`;
}

/** RFC 9110 §7.2: the Host header has an IPv6 address in brackets. */
function hostHeader(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** The name that the server's certificate must prove. */
function identity(host: string): Required<Pick<tls.ConnectionOptions, 'servername' | 'checkServerIdentity'>> {
  const name = isIP(host) === 0 ? host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : host;
  return {
    // RFC 6066 §3: a client does not send an address as server name, and no final dot. The certificate must name
    // an address all the same.
    servername: isIP(name) === 0 ? name.replace(/\.$/, '') : '',
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
  };
}

function statusProblem(status: number, wanted: readonly number[] | undefined): string | undefined {
  const isGood = wanted === undefined ? status >= 200 && status <= 399 : wanted.includes(status);
  return isGood ? undefined : `Status ${status}`;
}
