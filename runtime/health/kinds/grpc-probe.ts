/**
 * Probes a gRPC server by its health service: one call of grpc.health.v1.Health/Check over HTTP/2, with TLS or without.
 * https://github.com/grpc/grpc/blob/master/doc/health-checking.md, read 2026-11.
 */
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { hostInAuthority } from '../../base/net/socket-address.ts';
import { attemptProbe, type Settle } from '../probe-attempt.ts';
import { ruleFor } from '../requests.ts';
import type { Target } from '../target.ts';
import { CLOSED_EARLY, overHttp2 } from './http2-session.ts';
import type { Prober, ProberOptions } from './kind.ts';
import { TlsClient } from './tls-client.ts';

export interface GrpcTarget extends Target {
  readonly type: 'grpc';
  /** Empty: the server as a whole. */
  readonly service: string;
  readonly tls: boolean;
  /** The authority, and with TLS the server name to verify. */
  readonly host: string;
}

/** Octets of a reply: a status is two of them, behind five. */
const MOST_REPLY = 1024;

export function createGrpcProber({ dialer, rules }: ProberOptions): Prober<GrpcTarget> {
  const client = new TlsClient();
  return {
    probe: (target, signal) =>
      attemptProbe(target.timeoutMs, signal, (settle) => {
        const wire = dialer.connect(target);
        const socket = target.tls
          ? client.connect(wire, target.host, ruleFor(rules(), target), ['h2'])
          : wire;
        const authority = authorityOf(target);
        return overHttp2({ wire, socket, isTls: target.tls, authority }, settle, (session) =>
          call(session, authority, target, settle),
        );
      }),
  };
}

function call(session: ClientHttp2Session, authority: string, { service }: GrpcTarget, settle: Settle): void {
  const stream = session.request({
    ':method': 'POST',
    ':authority': authority,
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'dnsteer',
  });
  listen(stream, settle);
  stream.end(checkRequest(service));
}

/** A host that the policy names stands as it is written. */
function authorityOf({ host, address, port }: GrpcTarget): string {
  const name = hostInAuthority(host);
  return host === address ? `${name}:${port}` : name;
}

function listen(stream: ClientHttp2Stream, settle: Settle): void {
  let status: number | undefined;
  let end: IncomingHttpHeaders = {};
  const pieces: Buffer[] = [];
  stream.on('error', settle);
  // Where there is no message, the headers say how the call ended.
  stream.once('response', (headers) => {
    status = headers[':status'];
    end = headers;
  });
  stream.once('trailers', (trailers) => {
    end = trailers;
  });
  stream.on('data', (octets: Buffer) => {
    pieces.push(octets);
    if (pieces.reduce((sum, { length }) => sum + length, 0) > MOST_REPLY) settle('Reply is too long');
  });
  stream.once('close', () => {
    if (status === undefined) settle(CLOSED_EARLY);
    else if (status !== 200) settle(`Status ${status}`);
    else settle(callProblem(end) ?? servingProblem(Buffer.concat(pieces)));
  });
}

/** A message of protobuf with the service as field 1, behind its length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
function checkRequest(service: string): Buffer {
  const name = Buffer.from(service);
  // A length below 128 is one octet, and one below 16384 two.
  const length = name.length < 128 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...length]), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** Codes of calls, https://grpc.io/docs/guides/status-codes/, read 2026-11: those that health services give. */
const CODES: Readonly<Record<string, string>> = {
  '5': 'NOT_FOUND',
  '12': 'UNIMPLEMENTED',
  '14': 'UNAVAILABLE',
  '16': 'UNAUTHENTICATED',
};

function callProblem(end: IncomingHttpHeaders): string | undefined {
  const code = end['grpc-status'];
  if (code === '0') return undefined;
  if (typeof code !== 'string') return 'Response is not gRPC: it has no grpc-status';
  const message = end['grpc-message'];
  const said = typeof message === 'string' && message !== '' ? `: ${message}` : '';
  return `gRPC status ${code}${CODES[code] === undefined ? '' : ` ${CODES[code]}`}${said}`;
}

const SERVING = 1;
const STATES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Field 1 of the reply is the state; UNKNOWN, which is 0, is not sent (proto3). */
function servingProblem(reply: Buffer): string | undefined {
  const message = reply.subarray(5);
  const isSound = reply.length >= 5 && reply[0] === 0 && message.length === reply.readUInt32BE(1);
  if (!isSound) return 'Response is not gRPC: its message is broken';
  const state = message.length === 0 ? 0 : message[0] === 0x08 ? message[1] : undefined;
  return state === SERVING ? undefined : `Service is ${STATES[state ?? 0] ?? 'UNKNOWN'}`;
}
