/**
 * Updates over HTTP: `/present` and `/cleanup` as lego's provider httpreq asks for them (default and RAW mode), and the
 * webhook of external-dns (`/`, `/records`, `/adjustendpoints`). The user is the name of a key and the password its secret
 * (RFC 7617): what the key may change by DNS UPDATE it may change here.
 */
import { createHash } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { basicCredentials, isSameSecret } from '../../admin/credentials.ts';
import type { Logger } from '../../base/log.ts';
import { fail, ok, type Result } from '../../base/result.ts';
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
import { HttpBodies } from './http-bodies.ts';
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
/** Seconds of a challenge. */
const CHALLENGE_TTL = 60;

const challenge = z.object({ fqdn: z.string(), value: z.string() });
const rawChallenge = z.object({ domain: z.string(), keyAuth: z.string() });

/** The interface as one that answers requests. */
export function httpUpdates(options: HttpUpdatesOptions): Hono<App> {
  const app = new Hono<App>();
  const bodies = new HttpBodies(options.queue);
  /** Answers a request with a body that may be read. */
  const withBody = (work: (context: Context<App>, body: unknown) => Response | Promise<Response>) => {
    return async (context: Context<App>): Promise<Response> => {
      const body = await bodies.read(context, context.get('key'));
      return body.ok ? work(context, body.value) : body.problem;
    };
  };
  app.get('/healthz', (context) => context.text('ok\n'));
  app.use(knownKey(options));
  for (const [path, what] of [
    ['/present', 'add'],
    ['/cleanup', 'remove'],
  ] as const) {
    const change = withBody(async (context, body) => {
      const asked = challengeIn(body, what);
      if (asked === undefined) return context.json({ error: CHALLENGE_FORM }, 400);
      return replyTo(context, await carryOut(options, context, [asked]), 200);
    });
    app.post(path, change);
  }
  app.get('/', (context) => {
    const accept = context.req.header('accept') ?? '*/*';
    if (!/application\/external\.dns\.webhook\+json|\*\/\*/.test(accept))
      return context.json({ error: `Only ${MEDIA_TYPE} is spoken here` }, 406);
    return webhook(context, { include: zonesOf(options, context.get('key')) });
  });
  app.get('/records', (context) => {
    const key = context.get('key');
    const records = zonesOf(options, key).flatMap((zone) => options.store.partOf(zone)?.records ?? []);
    return bodies.admit(context, key, records.length) ?? webhook(context, endpointsOf(records));
  });
  const adjust = withBody((context, body) => {
    const read = endpoints.safeParse(body);
    return read.success
      ? webhook(context, read.data)
      : context.json({ error: 'These are no endpoints' }, 400);
  });
  app.post('/adjustendpoints', adjust);
  const change = withBody(async (context, body) => {
    const updates = changesIn(body);
    if (!updates.ok) return context.json({ error: updates.problem }, 400);
    return replyTo(context, await carryOut(options, context, updates.value), 204);
  });
  app.post('/records', change);
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

/** Changes of endpoints as updates: removals come first. */
function changesIn(body: unknown): Result<readonly ClassedRecord[]> {
  const read = endpointChanges.safeParse(body);
  if (!read.success) return fail('These are no changes of endpoints');
  const { create, updateOld, updateNew, delete: gone } = read.data;
  const updates: ClassedRecord[] = [];
  for (const [list, what] of [
    [[...gone, ...updateOld], 'remove'],
    [[...updateNew, ...create], 'add'],
  ] as const) {
    for (const one of list) {
      const own = updatesOf(one, what);
      if (!own.ok) return own;
      for (const update of own.value) updates.push(update);
    }
  }
  return ok(updates);
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
    const own = byZone.get(zone) ?? [];
    byZone.set(zone, own);
    own.push(update);
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
    const { user = '', password = '' } = basicCredentials(context.req.header('authorization')) ?? {};
    const key = config().keys.find(({ name }) => name === user.toLowerCase().replace(/\.$/, ''));
    if (key !== undefined && isSameSecret(key.secret, password)) {
      context.set('key', key.name);
      return next();
    }
    const error = 'The user must be the name of a key, and the password its secret';
    return context.json({ error }, 401, { 'WWW-Authenticate': 'Basic realm="dnsteer"' });
  };
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
