/** Who asked the server to change something, what and when, and what came of it: one entry for each request that may. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { changesSomething } from './guard.ts';

export interface AuditEntry {
  /** ISO 8601. */
  readonly time: string;
  /** The address that the request came from. */
  readonly from: string;
  /** `/api/override`. */
  readonly path: string;
  /** Of a path that has several; absent: POST. */
  readonly method?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly status: number;
  /** Why it was refused. */
  readonly error?: string;
}

/** Characters of what is kept of one value. */
const MOST_VALUE = 1000;

/** Where states are pushed: programs do that every few seconds, and what is taken from them would leave room for nothing else. */
const PUSH = '/api/push';

/** Notes each request that may change something, once it is answered; of pushed states those that are refused. */
export function audited(note: (entry: AuditEntry) => void): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { req, res } = context;
    if (changesSomething(req.method) && !(req.path === PUSH && res.ok)) note(await entryOf(context));
  };
}

async function entryOf(context: Context): Promise<AuditEntry> {
  const { req, res } = context;
  const query = Object.entries(req.query()).map(([name, value]) => [name, value.slice(0, MOST_VALUE)]);
  const error = res.ok ? undefined : await errorIn(res);
  return {
    time: new Date().toISOString(),
    from: getConnInfo(context).remote.address ?? 'unknown',
    path: req.path,
    ...(req.method !== 'POST' && { method: req.method }),
    query: Object.fromEntries(query) as AuditEntry['query'],
    status: res.status,
    ...(error !== undefined && { error }),
  };
}

async function errorIn(response: Response): Promise<string | undefined> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const isError = typeof body === 'object' && body !== null && 'error' in body;
  return isError ? String(body.error).slice(0, MOST_VALUE) : undefined;
}
