/**
 * Checks that every request passes first. Where a token is set, only the probes are open without it. On
 * loopback no token is needed, so a web page in the operator's browser must not be able to reach the server:
 * not by a name that resolves to loopback (DNS rebinding), not in a frame, not by a request that changes
 * something.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { isLoopback, type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';

/** The paths that change something. */
const CHANGES: ReadonlySet<string> = new Set(['/api/release', '/api/roll', '/api/transfer']);
/** What came of the last reload is read here as well. */
const RELOAD = '/api/reload';
/** Octets of a request; no body is ever read, but clients may send an empty one in some form. */
const MOST_BODY = 1024;

/** Allows GET and HEAD to read, and POST to change something, if the request is meant. */
export const knownMethod: MiddlewareHandler = async (context, next) => {
  const { method, path } = context.req;
  const reads = ['GET', 'HEAD'];
  const allowed = path === RELOAD ? [...reads, 'POST'] : CHANGES.has(path) ? ['POST'] : reads;
  if (!allowed.includes(method)) {
    return context.json({ error: `Method ${method} is not allowed` }, 405, { Allow: allowed.join(', ') });
  }
  if (method !== 'POST') return next();
  if (!isMeant(context)) {
    return context.json(
      {
        error:
          'A request that changes something needs the header X-Dnsteer: 1, and must not come from another site',
      },
      403,
    );
  }
  const length = Number(context.req.header('content-length') ?? 0);
  if (context.req.header('transfer-encoding') === undefined && length <= MOST_BODY) return next();
  return context.json({ error: 'The request has a body, and needs none' }, 413);
};

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
