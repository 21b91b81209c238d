/** Reads what an HTTP request asks for: RFC 8484 §4.1. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';

/** RFC 1035 §4.2.2: no DNS message is longer. */
export const MAX_MESSAGE = 0xffff;
const BASE64URL = /^[\w-]*$/;
/** How the variable with the message begins. */
const NAME = 'dns=';
export const MEDIA_TYPE = 'application/dns-message';

/** A request that gets an HTTP status and no DNS message. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
}

export type HttpsRequest =
  | { readonly kind: 'packet'; readonly packet: Buffer }
  /** The packet comes in the body. */
  | { readonly kind: 'body' }
  | Refusal;

/** Reads the headers of a request to a server that answers at one path. */
export function readRequest(headers: IncomingHttpHeaders, path: string): HttpsRequest {
  const target = headers[':path'] ?? '';
  const mark = target.indexOf('?');
  if ((mark === -1 ? target : target.slice(0, mark)) !== path) return refusal(404);
  const method = headers[':method'];
  if (method === 'GET') return readGet(mark === -1 ? '' : target.slice(mark + 1));
  if (method === 'POST') return readPost(headers);
  return refusal(405, { allow: 'GET, POST' });
}

/**
 * Whether a client keeps one answer only of those that come in one TLS record: dnsperf (2.10 to 2.14, and
 * resperf) gives nghttp2 what one `SSL_read` brings, and then returns one message. RFC 9110 §10.1.5 has user
 * agents named for such workarounds.
 */
export function needsRecords(headers: IncomingHttpHeaders): boolean {
  return headers['user-agent']?.includes('dnsperf') ?? false;
}

export function refusal(status: number, headers: OutgoingHttpHeaders = {}): Refusal {
  return { kind: 'refused', status, headers };
}

/**
 * RFC 8484 §6: base64url without padding. Only the first variable of that name is read: there may be
 * thousands.
 */
function readGet(query: string): HttpsRequest {
  const at = query.startsWith('dns=') ? 0 : query.indexOf('&dns=') + 1;
  const end = query.indexOf('&', at);
  const written = valueIn(query.slice(at, end === -1 ? undefined : end));
  if (written === undefined) return refusal(400);
  const packet = Buffer.from(written, 'base64url');
  return packet.length > MAX_MESSAGE ? refusal(413) : { kind: 'packet', packet };
}

/** The value of the variable `dns`, if it is that one, and base64url. */
function valueIn(variable: string): string | undefined {
  const plain = variable.startsWith(NAME) ? variable.slice(NAME.length) : '';
  if (plain !== '' && BASE64URL.test(plain)) return plain;
  // Some encode the name, or what need not be encoded.
  const value = new URLSearchParams(variable).get('dns');
  return value !== null && BASE64URL.test(value) ? value : undefined;
}

function readPost(headers: IncomingHttpHeaders): HttpsRequest {
  // RFC 9110 §8.3.1: the case of a type does not matter, and parameters may follow.
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== MEDIA_TYPE) return refusal(415, { accept: MEDIA_TYPE });
  return Number(headers['content-length'] ?? 0) > MAX_MESSAGE ? refusal(413) : { kind: 'body' };
}
