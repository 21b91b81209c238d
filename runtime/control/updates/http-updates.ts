/**
 * Updates over HTTP: `/present` and `/cleanup` as lego's provider httpreq asks for them (default and RAW mode), and the
 * webhook of external-dns (`/`, `/records`, `/adjustendpoints`). The user is the name of a key and the password its secret
 * (RFC 7617): what the key may change by DNS UPDATE it may change here.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { Logger } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import { type Grant, mayChange } from '../../update/grants.ts';
import { CLASS } from '../../wire/iana/class.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { ClassedRecord } from '../../wire/message.ts';
import { nameFromText } from '../../wire/name.ts';
import { originOf } from '../../zone/origin.ts';
import type { DynamicStore } from './dynamic-store.ts';
import { endpointChanges, endpoints, endpointsOf, updatesOf } from './endpoints.ts';
import type { UpdateOutcome, UpdateQueue } from './update-queue.ts';

export interface HttpUpdatesOptions {
  readonly config: () => Pick<Config, 'keys' | 'update'>;
  readonly queue: UpdateQueue;
  readonly store: Pick<DynamicStore, 'partOf'>;
  /** The names of all zones. */
  readonly zones: () => readonly string[];
  readonly log: Logger;
}

type App = { Variables: { key: string } };

const MEDIA_TYPE = 'application/external.dns.webhook+json;version=1';
const MOST_OCTETS = 4 * 2 ** 20;
/** Seconds of a challenge. */
const CHALLENGE_TTL = 60;

const challenge = z.object({ fqdn: z.string(), value: z.string() });
const rawChallenge = z.object({ domain: z.string(), keyAuth: z.string() });

/** The interface as one that answers requests. */
export function httpUpdates(options: HttpUpdatesOptions): Hono<App> {
  const app = new Hono<App>();
  app.get('/healthz', (context) => context.text('ok\n'));
  app.use(knownKey(options), bodyLimit({ maxSize: MOST_OCTETS }));
  for (const [path, what] of [
    ['/present', 'add'],
    ['/cleanup', 'remove'],
  ] as const) {
    app.post(path, async (context) => {
      const asked = challengeIn(await bodyOf(context), what);
      if (asked === undefined) return context.json({ error: CHALLENGE_FORM }, 400);
      return replyTo(context, await carryOut(options, context, [asked]), 200);
    });
  }
  app.get('/', (context) => {
    const accept = context.req.header('accept') ?? '*/*';
    if (!/application\/external\.dns\.webhook\+json|\*\/\*/.test(accept))
      return context.json({ error: `Only ${MEDIA_TYPE} is spoken here` }, 406);
    return webhook(context, { include: zonesOf(options, context.get('key')) });
  });
  app.get('/records', (context) => {
    const zones = zonesOf(options, context.get('key'));
    return webhook(context, endpointsOf(zones.flatMap((zone) => options.store.partOf(zone)?.records ?? [])));
  });
  app.post('/adjustendpoints', async (context) => {
    const read = endpoints.safeParse(await bodyOf(context));
    return read.success
      ? webhook(context, read.data)
      : context.json({ error: 'These are no endpoints' }, 400);
  });
  app.post('/records', async (context) => {
    const read = endpointChanges.safeParse(await bodyOf(context));
    if (!read.success) return context.json({ error: 'These are no changes of endpoints' }, 400);
    const { create, updateOld, updateNew, delete: gone } = read.data;
    const all = [
      ...[...gone, ...updateOld].map((one) => updatesOf(one, 'remove')),
      ...[...updateNew, ...create].map((one) => updatesOf(one, 'add')),
    ];
    const wrong = all.find((one) => !one.ok);
    if (wrong?.ok === false) return context.json({ error: wrong.problem }, 400);
    const updates = all.flatMap((one) => (one.ok ? one.value : []));
    return replyTo(context, await carryOut(options, context, updates), 204);
  });
  app.notFound((context) =>
    context.json({ error: `There is no ${context.req.method} ${context.req.path}` }, 404),
  );
  app.onError((error, context) => {
    options.log.error({ err: error }, 'An update over HTTP failed');
    return context.json({ error: 'The request failed; the log says why' }, 500);
  });
  return app;
}

const CHALLENGE_FORM = 'The body must be {"fqdn", "value"}, or {"domain", "token", "keyAuth"} in RAW mode';

/** RFC 8555 §8.4: the record of a DNS challenge. */
function challengeIn(body: unknown, what: 'add' | 'remove'): ClassedRecord | undefined {
  const whole = challenge.safeParse(body);
  const raw = rawChallenge.safeParse(body);
  const [fqdn, value] = whole.success
    ? [whole.data.fqdn, whole.data.value]
    : raw.success
      ? [
          `_acme-challenge.${raw.data.domain.replace(/^\*\./, '')}`,
          createHash('sha256').update(raw.data.keyAuth).digest('base64url'),
        ]
      : [];
  if (fqdn === undefined || value === undefined || Buffer.byteLength(value) > 255) return undefined;
  const owner = nameFromText(fqdn);
  if (!owner.ok) return undefined;
  const rdata = Uint8Array.from([Buffer.byteLength(value), ...Buffer.from(value)]);
  const isAdded = what === 'add';
  const [itsClass, ttl] = isAdded ? [CLASS.IN, CHALLENGE_TTL] : [CLASS.NONE, 0];
  return { owner: owner.value, type: RRTYPE.TXT, class: itsClass, ttl, rdata };
}

/** Carries out updates, those of each zone together; the first failure ends it. */
async function carryOut(
  { queue, zones }: HttpUpdatesOptions,
  context: Context<App>,
  updates: readonly ClassedRecord[],
): Promise<UpdateOutcome> {
  const byZone = new Map<string, ClassedRecord[]>();
  const known = new Map(zones().map((zone) => [Buffer.from(originOf(zone)).toString('latin1'), zone]));
  for (const update of updates) {
    const zone = zoneOf(update.owner, known);
    if (zone === undefined) return { rcode: RCODE.NOTAUTH, text: 'No zone of this server has the name' };
    byZone.set(zone, [...(byZone.get(zone) ?? []), update]);
  }
  for (const [zone, own] of byZone) {
    const asking = { zone, key: context.get('key'), via: 'http', client: 'loopback' } as const;
    const request = { zone: originOf(zone), prerequisites: [], updates: own };
    const outcome = await queue.take(asking, { ok: true, value: request });
    if (outcome.rcode !== RCODE.NOERROR) return outcome;
  }
  return { rcode: RCODE.NOERROR };
}

/** The closest zone at or above a name. */
function zoneOf(name: Uint8Array, zones: ReadonlyMap<string, string>): string | undefined {
  for (let at = 0; at < name.length; at += 1 + (name[at] ?? 0)) {
    const zone = zones.get(Buffer.from(name.subarray(at)).toString('latin1').toLowerCase());
    if (zone !== undefined) return zone;
  }
  return undefined;
}

function zonesOf({ config, zones }: HttpUpdatesOptions, key: string): string[] {
  const grants: readonly Grant[] = config().update.grants;
  return zones().filter((zone) => mayChange(grants, key, zone));
}

/** Lets those pass who know the secret of a key, and notes the key. */
function knownKey({ config }: HttpUpdatesOptions): MiddlewareHandler<App> {
  return async (context, next) => {
    const [, credentials = ''] = /^Basic +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? [];
    const [, user = '', password = ''] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
    const key = config().keys.find(({ name }) => name === user.toLowerCase().replace(/\.$/, ''));
    if (key !== undefined && timingSafeEqual(digest(key.secret), digest(password))) {
      context.set('key', key.name);
      return next();
    }
    const error = 'The user must be the name of a key, and the password its secret';
    return context.json({ error }, 401, { 'WWW-Authenticate': 'Basic realm="dnsteer"' });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    return undefined;
  }
}

function webhook(context: Context, body: object): Response {
  return context.body(JSON.stringify(body), 200, { 'Content-Type': MEDIA_TYPE, Vary: 'Content-Type' });
}

function replyTo(context: Context, { rcode, text }: UpdateOutcome, success: 200 | 204): Response {
  if (rcode === RCODE.NOERROR) return success === 204 ? context.body(null, 204) : context.json({ ok: true });
  const status =
    rcode === RCODE.REFUSED ? 403 : rcode === RCODE.NOTAUTH ? 404 : rcode === RCODE.SERVFAIL ? 503 : 400;
  const code = rcode === RCODE.SERVFAIL ? 'DYNAMIC_STATE' : rcodeToText(rcode);
  return context.json({ code, error: text ?? '' }, status);
}
