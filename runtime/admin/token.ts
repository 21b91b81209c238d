/**
 * Checks the token, which is sent as `Authorization: Bearer …`, or by a browser as the password of any user.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { basicCredentials, isSameSecret } from './credentials.ts';

/** The paths of probes, which have no token; what they learn is no secret. */
const OPEN: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Refuses a client that does not know the token, if there is one. */
export function knownToken(token: string | undefined): MiddlewareHandler {
  if (token === undefined) return (_context, next) => next();
  return async (context, next) => {
    const { path } = context.req;
    if (OPEN.has(path) || sends(context, token)) return next();
    // Only the reply for the page makes a browser ask for a password.
    const challenge = path === '/' ? 'Basic realm="dnsteer"' : 'Bearer';
    return context.json({ error: 'The token is missing or wrong (admin.token)' }, 401, {
      'WWW-Authenticate': challenge,
    });
  };
}

/** Whether a request has this token. */
export function sends({ req }: Context, token: string): boolean {
  const given = tokenIn(req.header('authorization'));
  return given !== undefined && isSameSecret(given, token);
}

function tokenIn(authorization: string | undefined): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  return bearer ?? basicCredentials(authorization)?.password;
}
