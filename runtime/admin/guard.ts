/**
 * What every request passes first. Where a token is set, nothing but the probes is open without it. On
 * loopback none needs to be, so a web page in the operator's browser must not be able to reach the
 * server: not by a name that resolves to loopback (DNS rebinding), not in a frame, not by a request
 * that changes something.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { isLoopback, type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';

/** The paths that change something. */
const CHANGES: ReadonlySet<string> = new Set(['/api/release']);
/** Octets of a request; no body is ever read, but clients may send an empty one in some form. */
const MOST_BODY = 1024;

/** What reads is GET or HEAD, what changes is POST and meant. */
export const knownMethod: MiddlewareHandler = async (context, next) => {
  const { method, path } = context.req;
  const allowed = CHANGES.has(path) ? ['POST'] : ['GET', 'HEAD'];
  if (!allowed.includes(method)) {
    return context.json({ error: `Method ${method} is not allowed` }, 405, { Allow: allowed.join(', ') });
  }
  if (method !== 'POST') return next();
  if (!isMeant(context)) {
    return context.json(
      { error: 'Whoever changes something must say so by a header, X-Dnsteer: 1, and is no other site' },
      403,
    );
  }
  const length = Number(context.req.header('content-length') ?? 0);
  if (context.req.header('transfer-encoding') === undefined && length <= MOST_BODY) return next();
  return context.json({ error: 'The request has a body, and needs none' }, 413);
};

/**
 * Whether a request was not made by a page of another site: that cannot set these headers without
 * asking first (CORS), which nobody answers here. What the browser itself tells must fit as well.
 */
function isMeant({ req }: Context): boolean {
  const isMarked =
    req.header('x-dnsteer') !== undefined || /^Bearer /i.test(req.header('authorization') ?? '');
  const origin = req.header('origin');
  const isOwn = origin === undefined || origin.toLowerCase() === `http://${req.header('host')}`.toLowerCase();
  return isMarked && isOwn && ['same-origin', 'none', undefined].includes(req.header('sec-fetch-site'));
}

/** Refuses a Host header that is no name of a loopback address, if that is what the server listens on. */
export function knownHost(listening: () => SocketAddress): MiddlewareHandler {
  return async (context, next) => {
    const { address, port } = listening();
    if (!isLoopback(address)) return next();
    const host = context.req.header('host')?.toLowerCase() ?? '';
    const names = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`);
    // A browser leaves out the port that is the default of http.
    if ([...names, socketAddressToText({ address, port })].includes(port === 80 ? `${host}:80` : host))
      return next();
    return context.json({ error: `Host "${host}" is not served here; try http://${names[0]}/` }, 403);
  };
}

/** Headers that keep a browser from doing more than show the page. `styleHash` is of the one style sheet there is. */
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
    // There is no TLS here to insist on.
    strictTransportSecurity: false,
  });
}

/** A moment's state is of no use a moment later. */
export const neverStored: MiddlewareHandler = async (context, next) => {
  await next();
  context.header('Cache-Control', 'no-store');
};
