/**
 * Probes whether an HTTP or HTTPS server answers with a good status, and with a text if one is looked for.
 *
 * The probe connects to the target's address, whatever its host is: it sends the host as the Host header
 * and, for https, as the server name, and the certificate must be for the host. No policy turns this
 * off; an operator may (requests.ts). The probe follows no redirects, reads behind the status only what it looks for
 * (http-message.ts), and limits the octets before it (octet-limit.ts).
 */
import { hostInAuthority } from '../../base/net/socket-address.ts';
import type { ProbeResult } from '../probe.ts';
import { attemptProbe, type Settle } from '../probe-attempt.ts';
import { type RequestRule, ruleFor } from '../requests.ts';
import { bothSockets } from './both-sockets.ts';
import { HttpMessage } from './http-message.ts';
import { type HttpTarget, whatToAsk } from './http-request.ts';
import { probeHttp2 } from './http2-probe.ts';
import { CLOSED_EARLY } from './http2-session.ts';
import type { Prober, ProberOptions } from './kind.ts';
import { limitOctets } from './octet-limit.ts';
import { Sought } from './sought.ts';
import { StatusLine } from './status-line.ts';
import { statusProblem } from './statuses.ts';
import { TlsClient } from './tls-client.ts';

export function createHttpProber({ dialer, rules }: ProberOptions): Prober<HttpTarget> {
  const client = new TlsClient();
  const probe = (target: HttpTarget, signal: AbortSignal): Promise<ProbeResult> =>
    attemptProbe(target.timeoutMs, signal, (settle) => {
      const rule = ruleFor(rules(), target);
      if (target.version === 2) return probeHttp2(target, { dialer, client, rule }, settle);
      const request = requestText(target, rule);
      const wire = dialer.connect(target);
      const socket = target.type === 'http' ? wire : client.connect(wire, target.host, rule);
      limitOctets(wire, socket, settle);
      const both = bothSockets(wire, socket, settle);
      socket.once(target.type === 'http' ? 'connect' : 'secureConnect', () => socket.write(request));
      const reading = new Reading(target, settle);
      socket.on('data', (octets: Buffer) => reading.read(octets));
      // What began, and ends before it has said how it is, is no answer, either.
      const end = (): void => reading.end(wire.errored ?? socket.errored ?? undefined);
      socket.once('end', end).once('close', end);
      return both;
    });
  return { probe };
}

/** The octets of the request, one for each connection. */
function requestText({ path, host, ...target }: HttpTarget, rule: RequestRule | undefined): string {
  const { method, headers } = whatToAsk(target, rule);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${hostInAuthority(host)}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    // RFC 9110 §8.6: a request whose method has a content says that it has none.
    ...(method === 'POST' ? ['Content-Length: 0'] : []),
    'Connection: close',
  ];
  // A line break in what a policy wrote would begin another header.
  if (lines.some((line) => !/^[\x20-\x7e]*$/.test(line))) throw new Error('Invalid character in header');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A response as far as the probe reads it. */
class Reading {
  readonly #target: HttpTarget;
  readonly #settle: Settle;
  readonly #line = new StatusLine();
  readonly #sought: Sought;
  /** What follows a good status, if the probe looks for something in it. */
  #message: HttpMessage | undefined;

  constructor(target: HttpTarget, settle: Settle) {
    this.#target = target;
    this.#settle = settle;
    this.#sought = new Sought(target, settle);
  }

  read(octets: Buffer): void {
    if (this.#message !== undefined) {
      this.#readOn(octets);
      return;
    }
    const found = this.#line.read(octets);
    if (found.kind === 'foreign') this.#settle(`Response is not HTTP: it begins with "${shown(found.line)}"`);
    else if (found.kind === 'status') this.#takeStatus(found.status, octets.subarray(found.end));
  }

  end(error: Error | undefined): void {
    if (error === undefined && this.#message?.hasHeaders === true) this.#judge(true);
    else this.#settle(error ?? CLOSED_EARLY);
  }

  #takeStatus(status: number, rest: Buffer): void {
    const problem = statusProblem(status, this.#target.status);
    if (problem !== undefined || this.#sought.isNothing) {
      this.#settle(problem);
      return;
    }
    // RFC 9110 §15.3.5, §15.4.5: these have no body.
    const hasBody = status !== 204 && status !== 304;
    this.#message = new HttpMessage((piece) => this.#sought.take(piece), hasBody);
    this.#readOn(rest);
  }

  #readOn(octets: Buffer): void {
    this.#message?.read(octets);
    this.#judge(this.#message?.isComplete === true);
  }

  #judge(isOver: boolean): void {
    if (this.#message?.hasHeaders === true) this.#sought.judge(this.#message, isOver);
  }
}

/** Characters of a line that people see. */
const MOST_SHOWN = 60;

function shown(line: string): string {
  return line.length <= MOST_SHOWN ? line : `${line.slice(0, MOST_SHOWN)}…`;
}
