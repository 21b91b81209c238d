/** What a request is answered with, whichever version of HTTP it came by. RFC 9110 §15. */
import type { EdgeSettings } from '../rpc/answer-settings.ts';
import type { Direction } from './director.ts';

/** A reply without content. */
export interface HttpReply {
  readonly status: number;
  readonly location?: string;
  readonly cacheControl: string;
  readonly vary?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** Fields of a reply, by their names in lower case. */
export type HttpFields = Record<string, string | number>;

/** Adds what a reply says in either version of HTTP; `hsts` is in seconds, 0 for none. */
export function addFields(fields: HttpFields, reply: HttpReply, hsts: number): void {
  fields['cache-control'] = reply.cacheControl;
  if (reply.location !== undefined) fields.location = reply.location;
  if (reply.vary !== undefined) fields.vary = reply.vary;
  if (reply.retryAfter !== undefined) fields['retry-after'] = reply.retryAfter;
  if (hsts > 0) fields['strict-transport-security'] = `max-age=${hsts}`;
}

/** What of a request the reply depends on. */
export interface Redirected {
  readonly method: string;
  /** `https://www.example.com`, as the client sees it. */
  readonly origin: string;
  /** Path and query. */
  readonly target: string;
  /** The client's address came in a field of the request. */
  readonly isForwarded: boolean;
}

export type ReplySettings = Pick<EdgeSettings['redirect'], 'status' | 'retryAfter'>;

/** RFC 9112 §3.2: Host is missing, there twice, or malformed; or the target is. */
export const MALFORMED: HttpReply = { status: 400, cacheControl: 'no-store' };
/** RFC 9110 §15.5.20. */
const MISDIRECTED: HttpReply = { status: 421, cacheControl: 'no-store' };
const FORBIDDEN: HttpReply = { status: 403, cacheControl: 'no-store' };
/** RFC 5842 §7.2: the request would come back here for ever. */
const LOOP: HttpReply = { status: 508, cacheControl: 'no-store' };

/** The reply that a direction comes to. */
export function replyTo(direction: Direction, request: Redirected, settings: ReplySettings): HttpReply {
  switch (direction.kind) {
    case 'url':
      return isLoop(direction.url, request.origin) ? LOOP : redirection(direction, request, settings);
    case 'none':
    case 'failed':
      return { status: 503, cacheControl: 'no-store', retryAfter: settings.retryAfter };
    case 'refused':
      return FORBIDDEN;
    case 'not-ours':
      return MISDIRECTED;
    default:
      return direction.kind satisfies never;
  }
}

function redirection(
  { url, ttl, isForAll, isForOnce }: Direction,
  { method, target, isForwarded }: Redirected,
  { status }: ReplySettings,
): HttpReply {
  const isShared = isForAll ? '' : 'private, ';
  return {
    status: method === 'GET' || method === 'HEAD' ? status : (KEEPING_METHOD.get(status) ?? status),
    location: url + target,
    cacheControl: isForOnce || ttl === 0 ? 'no-store' : `${isShared}max-age=${ttl}`,
    ...(isForwarded && !isForAll && { vary: 'X-Forwarded-For' }),
  };
}

/** RFC 9110 §15.4.2, §15.4.3: clients may make a GET of another method after 301 and 302; these two keep it. */
const KEEPING_METHOD = new Map([
  [301, 308],
  [302, 307],
]);

/** A pool whose URL is on the host that was asked leads back to here, however long its path. */
function isLoop(url: string, origin: string): boolean {
  return url.startsWith(origin) && (url.length === origin.length || url[origin.length] === '/');
}
