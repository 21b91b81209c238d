/**
 * The admin server: metrics, health, status and explanations over HTTP, on loopback unless set
 * otherwise. What it changes: it overrides the health of pools, takes states of targets, ends a quarantine, steps a roll of
 * keys, transfers a zone from its primaries, takes latencies from clients to pools, and has
 * the settings read again.
 */
import { type Context, Hono } from 'hono';
import { assert } from '../base/assert.ts';
import type { Logger } from '../base/log.ts';
import { isLoopback, type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import { printableJson } from '../base/printable.ts';
import { type AuditEntry, audited } from './audit.ts';
import { readExplainAsk } from './explain-request.ts';
import { browserLimits, type ChangeGuard, knownHost, knownMethod, LATENCIES, neverStored } from './guard.ts';
import { listRecords } from './list-records.ts';
import { listenHttp } from './listen.ts';
import { EXPOSITION_TYPE } from './metrics/exposition.ts';
import { metricsText } from './metrics/metrics.ts';
import { createObserver, type Observation, type Observer } from './observe.ts';
import { overrideTarget } from './overrides/override-request.ts';
import { pushState } from './overrides/push.ts';
import { answerLatencies } from './overrides/push-latencies.ts';
import { statusPage } from './page.ts';
import { STYLE_HASH } from './page-style.ts';
import { releaseZone } from './release.ts';
import { rollZone } from './roll.ts';
import type { AdminSource } from './source.ts';
import { knownToken } from './token.ts';
import { Transfers } from './transfers.ts';

export interface AdminOptions {
  readonly listen: SocketAddress;
  /** The token that all requests but probes need; never absent where other machines can connect. */
  readonly token?: string | undefined;
  /** How requests that change something are known where no token is set. Default: nothing can be changed. */
  readonly changes?: ChangeGuard;
  readonly source: AdminSource;
  /** Looks at the source; a caller that has an observer passes it on, so that all see the same counts. */
  readonly observe?: Observer;
  readonly log: Logger;
  /** Is told of each request that may change something. */
  readonly audit?: (entry: AuditEntry) => void;
}

export interface AdminServer {
  /** `http://127.0.0.1:8053/`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the server.
 * @throws {DnsteerError} `START`, if it cannot listen there.
 */
export async function startAdmin(options: AdminOptions): Promise<AdminServer> {
  const { listen, token, changes = NO_CHANGES, source, audit, log } = options;
  const { observe = createObserver(source) } = options;
  assert(token !== undefined || isLoopback(listen.address), 'without a token only this machine can connect');
  let bound = listen;
  const app = new Hono();
  app.use(
    browserLimits(STYLE_HASH),
    neverStored,
    knownHost(() => bound),
    knownToken(token),
    knownMethod(token === undefined ? changes : undefined),
    // Who has no token is not to push out of the log what others did.
    ...(audit === undefined ? [] : [audited(audit)]),
  );
  addRoutes(app, source, observe, log);
  const listener = await listenHttp(listen, app.fetch, { purpose: 'admin', setting: 'admin.listen' });
  bound = listener.bound;
  return { url: `http://${socketAddressToText(bound)}/`, close: () => listener.close() };
}

const NO_CHANGES: ChangeGuard = { token: () => undefined, file: 'admin-token' };

/** Explanations at a time: each is a query that answer processes answer besides those of clients. */
const MOST_EXPLANATIONS = 16;

/**
 * The metrics as text, for each look: requests that share a look share its text, which takes work where there
 * are many zones.
 */
const TEXTS = new WeakMap<Observation, string>();

function textOf(observation: Observation): string {
  const { status, stats, totals } = observation;
  const text = TEXTS.get(observation) ?? metricsText(status, stats, totals);
  TEXTS.set(observation, text);
  return text;
}

function addRoutes(app: Hono, source: AdminSource, observe: Observer, log: Logger): void {
  let explaining = 0;
  app.get('/', async (context) => {
    const refreshes = context.req.query('refresh') !== 'off';
    return context.html(statusPage((await observe()).status, { refreshes }));
  });
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', (context) => {
    const { notReady } = source.facts();
    return notReady.length === 0 ? context.text('ready\n') : context.text(`${notReady.join('\n')}\n`, 503);
  });
  app.get('/metrics', async (context) => {
    return context.body(textOf(await observe()), 200, { 'Content-Type': EXPOSITION_TYPE });
  });
  app.get('/api/status', async (context) => json(context, (await observe()).status));
  app.get('/api/explain', async (context) => {
    const { name, type, from, country, dnssec, at, seed } = context.req.query();
    const [down, up] = [context.req.queries('down'), context.req.queries('up')];
    const ask = readExplainAsk({ name, type, from, country, dnssec, down, up, at, seed });
    if (!ask.ok) return context.json({ error: ask.problem }, 400);
    if (explaining >= MOST_EXPLANATIONS)
      return context.json({ error: 'Too many explanations are asked for at once' }, 503);
    explaining += 1;
    const explained = await source.explain(ask.value).finally(() => {
      explaining -= 1;
    });
    if (explained === undefined) return context.json({ error: 'No answer process replies' }, 503);
    return explained.ok ? json(context, explained.value) : context.json({ error: explained.problem }, 400);
  });
  app.get('/api/records', (context) => {
    const { status, body } = listRecords(context.req.query('zone'), source);
    return status === 200 ? json(context, body) : context.json(body, status);
  });
  app.get('/api/dnssec', (context) => json(context, source.signing()));
  app.post('/api/release', async (context) => {
    const { status, body } = await releaseZone(context.req.query('zone'), source);
    return context.json(body, status);
  });
  app.post('/api/push', (context) => {
    const { name, state, for: seconds, reason, load } = context.req.query();
    const { status, body } = pushState({ name, state, for: seconds, reason, load }, source);
    return context.json(body, status);
  });
  app.get('/api/overrides', (context) => {
    const { all = [], planned = [] } = source.facts().overrides ?? {};
    return json(context, { overrides: all, planned });
  });
  app.post('/api/override', async (context) => {
    const { do: what, target, reason, owner, expires, for: length, over, leave } = context.req.query();
    const query = { do: what, target, reason, owner, expires, for: length, over, leave };
    const { status, body } = await overrideTarget(query, source);
    return status === 200 ? json(context, body) : context.json(body, status);
  });
  for (const [method, kind] of [
    ['PUT', 'whole'],
    ['POST', 'rows'],
  ] as const)
    app.on(method, LATENCIES, async (context) => {
      const { status, body } = await answerLatencies(await context.req.arrayBuffer(), kind, source);
      return context.json(body, status);
    });
  app.delete(LATENCIES, async (context) => json(context, { dropped: await source.dropLatencies() }));
  app.post('/api/reload', (context) => json(context, { number: source.reload() }));
  // The outcome is told on a request of its own: the settings may move this server.
  app.get('/api/reload', (context) => {
    const { lastReload } = source.facts();
    return json(context, { ...(lastReload && { lastReload }) });
  });
  app.post('/api/roll', async (context) => {
    const { zone, do: what, kind, tags, ttl } = context.req.query();
    const { status, body } = await rollZone({ zone, do: what, kind, tags, ttl }, source);
    return context.json(body, status);
  });
  const transfers = new Transfers(source);
  app.post('/api/transfer', async (context) => {
    const { zone, id, force } = context.req.query();
    const { status, body } = await transfers.ask({ zone, id, force });
    return context.json(body, status);
  });
  app.notFound((context) => context.json({ error: `There is no ${context.req.path}` }, 404));
  app.onError((error, context) => {
    log.error(error, 'An admin request failed');
    return context.json({ error: 'The request failed; the log says why' }, 500);
  });
}

/** A JSON response that is safe in a reader's terminal, too. */
function json(context: Context, value: object): Response {
  return context.body(printableJson(JSON.stringify(value)), 200, { 'Content-Type': 'application/json' });
}
