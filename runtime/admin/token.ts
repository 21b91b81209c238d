/** Who knows the token: sent as `Authorization: Bearer …`, or by a browser as the password of any user. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** Probes have no token, and what they learn is no secret. */
const OPEN: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Refuses a client that does not know the token, if there is one. */
export function knownToken(token: string | undefined): MiddlewareHandler {
  if (token === undefined) return (_context, next) => next();
  const expected = digest(token);
  return async (context, next) => {
    const { path } = context.req;
    const given = tokenIn(context.req.header('authorization') ?? '');
    if (OPEN.has(path) || (given !== undefined && timingSafeEqual(digest(given), expected))) return next();
    // A browser asks for a password where the reply has it do so, which is on the page only.
    const challenge = path === '/' ? 'Basic realm="dnsteer"' : 'Bearer';
    return context.json({ error: 'The token is missing or wrong (admin.token)' }, 401, {
      'WWW-Authenticate': challenge,
    });
  };
}

function tokenIn(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return credentials || undefined;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
  return password;
}

/** Of one length, whatever the length of the text: a comparison tells nothing about it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
