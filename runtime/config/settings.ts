/**
 * The settings as a flat list, with one entry for each setting with a value (`policy.budget`), derived from
 * the schema. Environment variables and `dnsteer config` use this list.
 */
import { z } from 'zod';
import { isFields } from '../base/data-reader.ts';
import { configSchema } from './schema.ts';

export interface Setting {
  /** The full name: `policy.maxBudget`. */
  readonly name: string;
  readonly path: readonly string[];
  /** The environment variable, `DNSTEER_POLICY_MAX_BUDGET`; a mapping has none. */
  readonly variable: string | undefined;
  /** The default as an operator would write it; `undefined` if there is none. */
  readonly fallback: unknown;
  readonly description: string;
  /** When a change of it is in force in a server that runs. */
  readonly effect: Effect;
  readonly isList: boolean;
  /** Whether its value is never shown. */
  readonly isSecret: boolean;
  /** Whether an unparsed text is a valid value: `"8"` is a path, but no number. */
  takesText(text: string): boolean;
}

/**
 * At once: parts and processes that run take it over. New processes: answer processes are replaced one after the other, or
 * are more or fewer, and no query is lost. Next start: the server goes on as it was started.
 */
export type Effect = 'at once' | 'new processes' | 'next start';

export type SettingName = Leaves<z.output<typeof configSchema>>;

/** When a changed setting is in force. Every setting has its row: without it, a new one does not compile. */
export const EFFECTS: Readonly<Record<SettingName, Effect>> = {
  policies: 'next start',
  listen: 'new processes',
  processes: 'new processes',
  'admin.listen': 'at once',
  'admin.token': 'at once',
  'admin.tokenFile': 'at once',
  'zone.nameServers': 'at once',
  'zone.contact': 'at once',
  'zone.ttl': 'at once',
  'zone.negativeTtl': 'at once',
  'zone.refresh': 'at once',
  'zone.retry': 'at once',
  'zone.expire': 'at once',
  'zone.cyclic': 'at once',
  'zone.perZone': 'at once',
  keys: 'at once',
  'transfer.allow': 'at once',
  'transfer.notify': 'at once',
  'transfer.journal.zone': 'at once',
  'transfer.journal.all': 'at once',
  'transfer.zones': 'at once',
  secondary: 'next start',
  'update.grants': 'at once',
  'update.listen': 'at once',
  'update.records': 'at once',
  'update.kilobytes': 'at once',
  'update.perMinute': 'at once',
  'dnssec.zones': 'at once',
  'dnssec.keys': 'at once',
  'dnssec.algorithm': 'at once',
  'dnssec.scheme': 'at once',
  'dnssec.validity': 'at once',
  'dnssec.denial': 'at once',
  'dnssec.share': 'at once',
  'dnssec.rolls': 'at once',
  'dnssec.parent': 'at once',
  'dnssec.resign': 'at once',
  'dnssec.automatic.sign': 'at once',
  'dnssec.automatic.csk': 'at once',
  'dnssec.automatic.ksk': 'at once',
  'dnssec.automatic.zsk': 'at once',
  'dnssec.automatic.algorithm': 'at once',
  'dnssec.automatic.unsign': 'at once',
  'dnssec.lifetimes.csk': 'at once',
  'dnssec.lifetimes.ksk': 'at once',
  'dnssec.lifetimes.zsk': 'at once',
  'dnssec.waits.zone': 'at once',
  'dnssec.waits.parent': 'at once',
  'dnssec.waits.margin': 'at once',
  'dnssec.waits.look': 'at once',
  'dnssec.waits.idle': 'at once',
  'dnssec.waits.purge': 'at once',
  'dnssec.resolvers': 'at once',
  'dnssec.perZone': 'at once',
  'policy.ttl': 'at once',
  'policy.budget': 'at once',
  'policy.deadline': 'at once',
  'policy.maxBudget': 'at once',
  'policy.maxDeadline': 'at once',
  'policy.topLevel': 'at once',
  'policy.memory': 'at once',
  teams: 'at once',
  'sandbox.jitless': 'new processes',
  'sandbox.allowOpenDoors': 'new processes',
  'sandbox.memory': 'new processes',
  'memo.leaves': 'at once',
  'memo.policyMemory': 'at once',
  'memo.memory': 'at once',
  'memo.packets': 'at once',
  'health.interval': 'at once',
  'health.timeout': 'at once',
  'health.rise': 'at once',
  'health.fall': 'at once',
  'health.probesPerSecond': 'at once',
  'health.damping.changes': 'at once',
  'health.damping.quiet': 'at once',
  'health.damping.within': 'at once',
  'health.requests': 'at once',
  'health.commands': 'at once',
  'alias.resolvers': 'at once',
  'alias.timeout': 'at once',
  'alias.leastTtl': 'at once',
  'alias.mostTtl': 'at once',
  'alias.stale': 'at once',
  'alias.targets': 'at once',
  'geo.detail': 'new processes',
  'geo.files': 'new processes',
  'geo.latency': 'at once',
  'geo.overrides': 'new processes',
  'edns.udpSize': 'at once',
  'identity.name': 'at once',
  'identity.version': 'at once',
  'cookies.mode': 'at once',
  'cookies.secretFile': 'at once',
  'rateLimit.mode': 'at once',
  'rateLimit.responsesPerSecond': 'at once',
  'rateLimit.window': 'at once',
  'rateLimit.slip': 'at once',
  'rateLimit.leak': 'at once',
  'rateLimit.ipv4Prefix': 'at once',
  'rateLimit.ipv6Prefix': 'at once',
  'rateLimit.exempt': 'at once',
  'udp.sockets': 'new processes',
  'tcp.idle': 'at once',
  'tcp.clients': 'at once',
  'tcp.clientsPerAddress': 'at once',
  'tls.listen': 'new processes',
  'tls.certificate': 'at once',
  'tls.key': 'at once',
  'https.listen': 'new processes',
  'https.path': 'new processes',
  'http.redirect.listen': 'new processes',
  'http.redirect.tls.listen': 'new processes',
  'http.redirect.status': 'new processes',
  'http.redirect.retryAfter': 'new processes',
  'http.processes': 'new processes',
  'http.trusted': 'new processes',
  'http.hsts': 'new processes',
  'http.limits.connections': 'new processes',
  'http.limits.requestsPerConnection': 'new processes',
  'http.limits.idle': 'new processes',
  'http.limits.header': 'new processes',
  'proxy.from': 'at once',
  maintenance: 'at once',
  'notifications.gather': 'at once',
  'notifications.webhooks': 'at once',
  'notifications.commands': 'at once',
  'announce.prefixes': 'at once',
  'announce.when.processes': 'at once',
  'announce.when.zonesLive': 'at once',
  'announce.when.fallbacks': 'at once',
  'announce.rise': 'at once',
  'announce.fall': 'at once',
  'announce.hold': 'at once',
  'announce.onUnwell': 'at once',
  'announce.prependAs': 'at once',
  'announce.prependTimes': 'at once',
  'announce.stopWait': 'at once',
  'announce.socket': 'next start',
  'announce.bird.socket': 'at once',
  'announce.bird.folder': 'at once',
  'announce.bird.protocols': 'at once',
  emit: 'at once',
  'log.level': 'at once',
  'log.format': 'next start',
  'log.queries': 'at once',
  'record.sample': 'at once',
  'record.full': 'at once',
  'record.folder': 'at once',
  'record.maxSize': 'at once',
  'record.files': 'at once',
  user: 'new processes',
  group: 'new processes',
  state: 'next start',
};

/** All settings, in the order of the schema. */
export const SETTINGS: readonly Setting[] = [...settingsIn(configSchema, [])];

/** The keys of a section such as `['policy']`; empty if `path` is no section. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = configSchema;
  for (const key of path) schema = childOf(inner(schema), key);
  const section = inner(schema);
  return section instanceof z.ZodObject ? Object.keys(section.shape) : [];
}

/** The value at a path in settings; `undefined` where there is none. */
export function getAt(data: unknown, [key, ...rest]: Setting['path']): unknown {
  if (key === undefined) return data;
  return isFields(data) ? getAt(data[key], rest) : undefined;
}

/** Whether the value at a path must never be shown. */
export function isSecret(path: readonly PropertyKey[]): boolean {
  return SETTINGS.some(
    (setting) => setting.isSecret && setting.path.every((key, depth) => key === path[depth]),
  );
}

function* settingsIn(schema: unknown, path: readonly string[]): Generator<Setting> {
  const kind = inner(schema);
  if (kind instanceof z.ZodObject) {
    for (const [key, child] of Object.entries(kind.shape)) yield* settingsIn(child, [...path, key]);
  } else if (schema instanceof z.ZodType) {
    const name = path.join('.');
    yield {
      name,
      path,
      effect: EFFECTS[name as SettingName],
      variable: kind instanceof z.ZodRecord ? undefined : variableOf(path),
      fallback: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
      description: schema.description ?? '',
      isList: kind instanceof z.ZodArray,
      isSecret: kind instanceof z.ZodType && kind.meta()?.writeOnly === true,
      takesText: (text) => schema.safeParse(text).success,
    };
  }
}

function variableOf(path: readonly string[]): string {
  const words = path.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase());
  return `DNSTEER_${words.join('_')}`;
}

/** Unwraps defaults and options; of a union, takes the section (a name server is a name, or a section). */
function inner(schema: unknown): unknown {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return inner(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => option instanceof z.ZodObject);
  return schema;
}

function childOf(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

/** The names of all settings in a section: sections are objects with known keys. */
type Leaves<T> = {
  [K in keyof T & string]-?: IsSection<NonNullable<T[K]>> extends true
    ? `${K}.${Leaves<NonNullable<T[K]>>}`
    : K;
}[keyof T & string];

type IsSection<T> = [T] extends [object]
  ? T extends readonly unknown[]
    ? false
    : string extends keyof T
      ? false
      : true
  : false;
