/**
 * HTTP/2 (RFC 9113), as a server of requests for the redirector. Streams are taken as they are: the layer of node:http2 that
 * makes requests and responses of them takes half as much time again.
 */
import { constants, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { readAsked } from './authority.ts';
import type { HttpParts } from './http1.ts';
import { addFields, type HttpFields, type HttpReply } from './reply.ts';

const STREAMS = 100;
/** The flag of a header frame behind which no content comes (RFC 9113 §6.2). */
const END_STREAM = 1;

type Fields = Readonly<Record<string, string | string[] | number | undefined>>;

/** A server that listens nowhere: connections are handed to it, after their handshake. */
export function http2Server(parts: HttpParts): Http2Server {
  const { limits } = parts.settings;
  const server = createServer({
    settings: { maxConcurrentStreams: STREAMS, maxHeaderListSize: limits.header, enablePush: false },
  });
  server.on('session', (session) => {
    session.setTimeout(1000 * limits.idle, () => session.close());
    session.on('error', ignore);
  });
  server.on('stream', (stream: ServerHttp2Stream, headers, flags: number) =>
    serve(stream, headers, (flags & END_STREAM) !== 0, parts),
  );
  return server;
}

function serve(stream: ServerHttp2Stream, headers: Fields, isWhole: boolean, parts: HttpParts): void {
  // A stream that its client resets is no error of ours.
  stream.on('error', ignore);
  parts.redirector.answer(
    {
      method: textOf(headers[':method']) ?? 'GET',
      asked: readAsked(authorityOf(headers), textOf(headers[':path']) ?? ''),
      peer: stream.session?.socket.remoteAddress ?? '',
      isSecure: true,
      forwardedFor: textOf(headers['x-forwarded-for']),
      forwardedProto: textOf(headers['x-forwarded-proto']),
    },
    (reply) => {
      if (stream.destroyed || stream.closed) return;
      stream.respond(fieldsOf(reply, parts.settings.hsts), { endStream: true });
      // RFC 9113 §8.1: the client need not send the rest of its content. A reset at once would overtake the reply.
      if (!isWhole) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
    },
  );
}

/** RFC 9113 §8.3.1: Host may stand in for :authority, and may not differ from it. */
function authorityOf(headers: Fields): string | undefined {
  const [authority, host] = [textOf(headers[':authority']), textOf(headers.host)];
  if (authority === undefined || host === undefined) return authority ?? host;
  return authority.toLowerCase() === host.toLowerCase() ? authority : undefined;
}

function fieldsOf(reply: HttpReply, hsts: number): HttpFields {
  const fields: HttpFields = { ':status': reply.status };
  addFields(fields, reply, hsts);
  return fields;
}

function textOf(value: string | string[] | number | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value?.toString();
}

function ignore(): void {}
