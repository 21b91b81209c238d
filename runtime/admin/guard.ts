/**
 * Checks that every request passes first. Where a token is set, only the probes are open without it. On
 * loopback no token is needed, so a web page in the operator's browser must not be able to reach the server:
 * not by a name that resolves to loopback (DNS rebinding), not in a frame, not by a request that changes
 * something. Nor may every user of the machine change something: that takes a token, which is made where none is set.
 */
import type { Context, MiddlewareHandler, Next } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { isLoopback, type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import { MOST_LATENCY_OCTETS } from '../geo/latency/read-latencies.ts';
import { sends } from './token.ts';

/** Latencies are put as a whole, posted by rows, and deleted; what is put and posted is the body. */
export const LATENCIES = '/api/latencies';
/** The paths that change something, with the methods that they have. */
const CHANGES_AT: ReadonlyMap<string, readonly string[]> = new Map([
  ['/api/override', ['POST']],
  ['/api/push', ['POST']],
  ['/api/release', ['POST']],
  ['/api/roll', ['POST']],
  ['/api/transfer', ['POST']],
  [LATENCIES, ['PUT', 'POST', 'DELETE']],
]);
/** What came of the last reload is read here as well. */
const RELOAD = '/api/reload';
/** How requests that change something prove that they may. */
export interface ChangeGuard {
  /** `undefined` where there is none: nothing can be changed then. */
  readonly token: () => string | undefined;
  /** The file that holds it, for those who do not know it. */
  readonly file: string;
}

/** Octets of a request; no other body is ever read, but clients may send an empty one in some form. */
const MOST_BODY = 1024;

/**
 * Allows GET and HEAD to read, and POST, PUT and DELETE to change something, if the request is meant. `changes`: where no token is
 * set, by which all requests are known.
 */
export function knownMethod(changes: ChangeGuard | undefined): MiddlewareHandler {
  return (context, next) => checkMethod(context, next, changes);
}

async function checkMethod(
  context: Context,
  next: Next,
  changes: ChangeGuard | undefined,
): Promise<Response | undefined> {
  const { method, path } = context.req;
  const reads = ['GET', 'HEAD'];
  const allowed = path === RELOAD ? [...reads, 'POST'] : (CHANGES_AT.get(path) ?? reads);
  if (!allowed.includes(method)) {
    return context.json({ error: `Method ${method} is not allowed` }, 405, { Allow: allowed.join(', ') });
  }
  if (!changesSomething(method)) return pass(next);
  if (!isMeant(context)) {
    return context.json(
      {
        error:
          'A request that changes something needs the header X-Dnsteer: 1, and must not come from another site',
      },
      403,
    );
  }
  if (changes !== undefined && !isAllowed(context, changes)) {
    const error = `A request that changes something needs a token: "Authorization: Bearer …" with what "${changes.file}" holds`;
    return context.json({ error }, 401, { 'WWW-Authenticate': 'Bearer' });
  }
  const length = Number(context.req.header('content-length') ?? 0);
  const most = path === LATENCIES ? MOST_LATENCY_OCTETS : MOST_BODY;
  if (context.req.header('transfer-encoding') === undefined && length <= most) return pass(next);
  const error =
    path === LATENCIES
      ? `The body is a table of ${MOST_LATENCY_OCTETS} octets at most, whose length the request tells (Content-Length)`
      : 'The request has a body, and needs none';
  return context.json({ error }, 413);
}

/** Whether a method is one of those that change something. */
export function changesSomething(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

async function pass(next: Next): Promise<undefined> {
  await next();
}

function isAllowed(context: Context, changes: ChangeGuard): boolean {
  const token = changes.token();
  return token !== undefined && sends(context, token);
}

/**
 * Whether a request is meant, and not made by a page of another site: such a page cannot set these headers
 * without asking first (CORS), which nothing answers here. The headers that the browser adds must fit as
 * well.
 */
function isMeant({ req }: Context): boolean {
  const isMarked =
    req.header('x-dnsteer') !== undefined || /^Bearer /i.test(req.header('authorization') ?? '');
  const origin = req.header('origin');
  const isOwn = origin === undefined || origin.toLowerCase() === `http://${req.header('host')}`.toLowerCase();
  return isMarked && isOwn && ['same-origin', 'none', undefined].includes(req.header('sec-fetch-site'));
}

/** Refuses a Host header that names no loopback address, if the server listens on loopback. */
export function knownHost(listening: () => SocketAddress): MiddlewareHandler {
  return async (context, next) => {
    const { address, port } = listening();
    if (!isLoopback(address)) return next();
    const host = context.req.header('host')?.toLowerCase() ?? '';
    const names = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`);
    // A browser leaves out port 80, the default of http.
    if ([...names, socketAddressToText({ address, port })].includes(port === 80 ? `${host}:80` : host))
      return next();
    return context.json({ error: `Host "${host}" is not served here; try http://${names[0]}/` }, 403);
  };
}

/**
 * Headers that keep a browser from doing more than show the page. `styleHash`: the hash of its one style
 * sheet.
 */
export function browserLimits(styleHash: string): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [`'${styleHash}'`],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // The admin server has no TLS that a browser could insist on.
    strictTransportSecurity: false,
  });
}

/** Keeps responses out of caches: the state of one moment is of no use a moment later. */
export const neverStored: MiddlewareHandler = async (context, next) => {
  await next();
  context.header('Cache-Control', 'no-store');
};
