/**
 * One request over HTTP/2 (RFC 9113): with TLS, which has to choose it (ALPN), or by prior knowledge without. The probe reads the
 * headers of the response, and of the body what the check looks for.
 */
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { hostInAuthority } from '../../base/net/socket-address.ts';
import type { Dialer } from '../connect.ts';
import type { Settle } from '../probe-attempt.ts';
import type { RequestRule } from '../requests.ts';
import { type HttpTarget, whatToAsk } from './http-request.ts';
import { CLOSED_EARLY, overHttp2 } from './http2-session.ts';
import { Sought } from './sought.ts';
import { statusProblem } from './statuses.ts';
import type { TlsClient } from './tls-client.ts';

export interface Http2Parts {
  readonly dialer: Dialer;
  readonly client: TlsClient;
  readonly rule: RequestRule | undefined;
}

/** Begins the probe. Returns what closes all that it opened. */
export function probeHttp2(
  target: HttpTarget,
  { dialer, client, rule }: Http2Parts,
  settle: Settle,
): { destroy(): void } {
  const wire = dialer.connect(target);
  const tls = target.type === 'https' ? client.connect(wire, target.host, rule, ['h2']) : undefined;
  const authority = hostInAuthority(target.host);
  return overHttp2({ wire, socket: tls ?? wire, isTls: tls !== undefined, authority }, settle, (session) => {
    // RFC 9113 §3.3: over TLS, HTTP/2 is what both sides have agreed on.
    if (tls !== undefined && !hasChosenHttp2(tls))
      settle('Server does not speak HTTP/2: TLS did not choose "h2"');
    else ask(session, authority, target, rule, settle);
  });
}

function hasChosenHttp2({ alpnProtocol }: TLSSocket): boolean {
  return alpnProtocol === 'h2';
}

function ask(
  session: ClientHttp2Session,
  authority: string,
  target: HttpTarget,
  rule: RequestRule | undefined,
  settle: Settle,
): void {
  const { method, headers } = whatToAsk(target, rule);
  const stream = session.request(
    {
      ':method': method,
      ':authority': authority,
      ':path': target.path,
      // RFC 9113 §8.2: names are in lower case.
      ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    },
    { endStream: true },
  );
  stream.on('error', settle);
  read(stream, target, settle);
  stream.once('close', () => settle(CLOSED_EARLY));
}

/** Reads a response as far as the check looks for something in it. */
function read(stream: ClientHttp2Stream, target: HttpTarget, settle: Settle): void {
  const sought = new Sought(target, settle);
  let headers: IncomingHttpHeaders | undefined;
  const judge = (isOver: boolean): void => {
    if (headers !== undefined) sought.judge({ header: (name) => textOf(headers?.[name]) }, isOver);
  };
  stream.once('response', (response) => {
    const problem = statusProblem(Number(response[':status']), target.status);
    if (problem !== undefined) settle(problem);
    headers = response;
    judge(false);
  });
  stream.on('data', (octets: Buffer) => {
    sought.take(octets);
    judge(false);
  });
  stream.once('end', () => judge(true));
}

/** Of several of one name the first, as over HTTP/1.1. */
function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value.split(', ')[0] : value?.[0];
}
