/**
 * What every request passes first. The admin server asks for no password, so a web page in the
 * operator's browser must not be able to reach it: not by a name that resolves to loopback (DNS
 * rebinding), not in a frame, not by a request that changes something (there is none).
 */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { isLoopback, type SocketAddress, socketAddressToText } from '../base/socket-address.ts';

/** Refuses methods that could change something; no body is ever read. */
export const readOnly: MiddlewareHandler = async (context, next) => {
  const { method } = context.req;
  if (method === 'GET' || method === 'HEAD') return next();
  return context.json({ error: `Method ${method} is not allowed` }, 405, { Allow: 'GET, HEAD' });
};

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
