/** HTTP/1.1 (RFC 9112), as a server of requests for the redirector. Node's parser refuses what could be read in two ways. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { EdgeSettings } from '../rpc/answer-settings.ts';
import { hostField, readAsked } from './authority.ts';
import type { Redirector } from './redirector.ts';
import { addFields, type HttpFields, type HttpReply } from './reply.ts';

/** Milliseconds for the header of a request, and for all of it. */
const HEADER_MS = 10_000;
const REQUEST_MS = 30_000;

export interface HttpParts {
  readonly redirector: Redirector;
  readonly settings: EdgeSettings;
  /** Whether connections are to end behind the next reply. */
  readonly isLeaving: () => boolean;
}

/** A server that listens nowhere: connections are handed to it. */
export function http1Server(parts: HttpParts): Server {
  const { limits } = parts.settings;
  const server = createServer({
    maxHeaderSize: limits.header,
    keepAliveTimeout: 1000 * limits.idle,
    headersTimeout: HEADER_MS,
    requestTimeout: REQUEST_MS,
    // The redirector looks at Host itself, and says the same of all that is wrong with it.
    requireHostHeader: false,
  });
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  const take = (request: IncomingMessage, response: ServerResponse): void => serve(request, response, parts);
  server.on('request', take);
  // RFC 9110 §10.1.1: a final status says that the content is not wanted. Node would ask for it.
  server.on('checkContinue', take);
  return server;
}

function serve(request: IncomingMessage, response: ServerResponse, parts: HttpParts): void {
  const { method = 'GET', url = '', headers, socket, rawHeaders } = request;
  parts.redirector.answer(
    {
      method,
      asked: readAsked(hostField(rawHeaders), url),
      peer: socket.remoteAddress ?? '',
      isSecure: 'encrypted' in socket,
      forwardedFor: oneOf(headers['x-forwarded-for']),
      forwardedProto: oneOf(headers['x-forwarded-proto']),
    },
    (reply) => {
      if (response.destroyed) return;
      // Content that nobody reads would have to be read up to the next request.
      const hasContent =
        headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
      const isLast = hasContent || parts.isLeaving() || reply.status === 400;
      response.writeHead(
        reply.status,
        fieldsOf(reply, 'encrypted' in socket ? parts.settings.hsts : 0, isLast),
      );
      response.end();
    },
  );
}

function fieldsOf(reply: HttpReply, hsts: number, isLast: boolean): HttpFields {
  const fields: HttpFields = { 'content-length': 0 };
  addFields(fields, reply, hsts);
  if (isLast) fields.connection = 'close';
  return fields;
}

function oneOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
