/** Makes the settings of each part of a server from the configuration. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Generation, nextGeneration } from '../base/process/generation.ts';
import type { PeerServer } from '../client/peer-server.ts';
import type { Config } from '../config/config.ts';
import type { RegistrySettings } from '../registry/zone-version.ts';
import type {
  AnswerSettings,
  CookieSettings,
  RateLimitSettings,
  TransferRule,
  TransferSettings,
} from '../rpc/answer-settings.ts';
import type { JournalSettings } from '../transfer/journal-keeper.ts';
import type { GeoFileInForce } from './geo/geo-files.ts';
import type { DampingSettings } from './health/damper.ts';

/** The settings with which zones are made, in a server and by the verbs that look at zones without one. */
export function registrySettings(
  config: Pick<Config, 'zone' | 'policy' | 'health' | 'listen' | 'dnssec' | 'transfer' | 'teams' | 'alias'>,
): RegistrySettings {
  const { policy, health, listen, dnssec } = config;
  const { cyclic, perZone: zoneByZone, ...zone } = config.zone;
  const { interval, timeout, rise, fall, probesPerSecond } = health;
  const commands = Object.keys(health.commands).sort();
  const checkTiming = { interval, timeout, rise, fall, commands };
  const { zones, perZone, algorithm, scheme, validity, denial, parent, resign } = dnssec;
  return {
    zone: { ...zone, ownAddresses: listen.map(({ address }) => address) },
    policy: { ...policy, checkTiming, probesPerSecond },
    teams: config.teams,
    signing: {
      zones,
      perZone,
      algorithm,
      scheme,
      validity,
      denial,
      parent,
      resign,
      isJournalled: (name) => journalOf(config, name) !== undefined,
    },
    hasResolvers: config.alias.resolvers.length > 0,
    isCyclic: (name) => zoneByZone[name]?.cyclic ?? cyclic,
    hasSecondaries: (name) => isTransferable(config, name) || notifiedOf(config, name).length > 0,
  };
}

/** Tells this control process from all others that ever use the state folder. */
export function generationOf(config: Pick<Config, 'state'>): Generation {
  return nextGeneration(path.join(config.state, 'generation'));
}

/** The user that processes become if they were started as root. */
export function accountIn({ user, group }: Config): AnswerSettings['dropPrivileges'] {
  return user === undefined ? undefined : { user, ...(group !== undefined && { group }) };
}

/** Files of the settings, as they were taken. */
export interface SettingsTaken {
  readonly geoFiles: readonly GeoFileInForce[];
  readonly latencies: AnswerSettings['latencies'] | undefined;
}

/** The settings of each answer process, by index; with the files that the settings name as they were taken. */
export function answerSettings(
  config: Config,
  generation: AnswerSettings['generation'],
  prelude: string,
  { geoFiles, latencies }: SettingsTaken,
): AnswerSettings[] {
  const count = config.processes === 'auto' ? availableParallelism() : config.processes;
  const dropPrivileges = accountIn(config);
  const { rateLimit } = config;
  const transfers = transferSettings(config);
  const { latency: _, ...places } = config.geo;
  const geo = { ...places, files: geoFiles };
  const answering = Array.from({ length: count }, (_, index) => ({
    index,
    processes: count,
    listen: config.listen,
    udpPayloadSize: config.edns.udpSize,
    identity: config.identity,
    negativeTtl: config.zone.negativeTtl,
    memo: config.memo,
    geo,
    ...(latencies && { latencies }),
    udpSockets: config.udp.sockets,
    tcp: {
      idleMs: 1000 * config.tcp.idle,
      clients: config.tcp.clients,
      clientsPerAddress: config.tcp.clientsPerAddress,
    },
    tls: { listen: config.tls.listen },
    https: config.https,
    proxies: config.proxy.from,
    prelude,
    sandbox: config.sandbox,
    ...(rateLimit.mode !== 'off' && { rateLimit: rateLimitOf(rateLimit, count) }),
    signing: { share: config.dnssec.share },
    queryLogSample: config.log.queries,
    record: { sample: config.record.sample, full: config.record.full },
    ...(dropPrivileges && { dropPrivileges }),
    transfers,
    generation,
  }));
  return [...answering, ...edgeSettings(config.http, answering)];
}

/** Edge processes are those behind the answer processes: they know the same, and answer HTTP only. */
function edgeSettings(
  { redirect, processes, trusted, hsts, limits }: Config['http'],
  answering: readonly AnswerSettings[],
): AnswerSettings[] {
  const [first] = answering;
  if (first === undefined || redirect.listen.length + redirect.tls.listen.length === 0) return [];
  const nowhere = { listen: [], tls: { listen: [] }, https: { ...first.https, listen: [] } };
  return Array.from({ length: processes }, (_, at) => ({
    ...first,
    ...nowhere,
    index: answering.length + at,
    http: { redirect, trusted, hsts, limits },
  }));
}

/** How targets that flap are held back. */
export function dampingOf({ health: { damping } }: Pick<Config, 'health'>): DampingSettings {
  return { changes: damping.changes, windowMs: 1000 * damping.within, quietMs: 1000 * damping.quiet };
}

/** The settings of cookies; the secrets are those `made` here where the operator gives none. */
export function cookieSettings(
  { cookies, cookieSecrets }: Pick<Config, 'cookies' | 'cookieSecrets'>,
  made: readonly string[],
): CookieSettings {
  const secrets = cookieSecrets.length > 0 ? cookieSecrets : made;
  return { secrets: cookies.mode === 'off' ? [] : secrets, isRequired: cookies.mode === 'required' };
}

/**
 * Each process is given its share of the rate: it sees its share of a network's queries, unless they all come
 * from one port.
 */
function rateLimitOf(settings: Config['rateLimit'], processes: number): RateLimitSettings {
  return {
    perSecond: Math.max(1, settings.responsesPerSecond / processes),
    windowSeconds: settings.window,
    slip: settings.slip,
    leak: settings.leak,
    ipv4Bits: settings.ipv4Prefix,
    ipv6Bits: settings.ipv6Prefix,
    exempt: settings.exempt,
    isTrial: settings.mode === 'trial',
  };
}

/** Which clients may transfer which zones, and which servers may say that a zone has changed. */
export function transferSettings({
  keys,
  transfer,
  update,
  secondary,
}: Pick<Config, 'keys' | 'transfer' | 'update' | 'secondary'>): TransferSettings {
  const zones = Object.entries(transfer.zones).flatMap(([zone, { allow }]) =>
    allow === undefined ? [] : [[zone, allow.map(withoutNothing)] as const],
  );
  const primaries = Object.entries(secondary).map(
    ([zone, own]) => [zone, own.primaries.map(peerOf)] as const,
  );
  return {
    keys,
    allow: transfer.allow.map(withoutNothing),
    zones: Object.fromEntries(zones),
    primaries: Object.fromEntries(primaries),
    updates: update.grants.map(({ key, zones: ofKey }) => ({ key, zones: ofKey })),
  };
}

/** The servers that are notified of a zone's changes. */
export function notifiedOf({ transfer }: Pick<Config, 'transfer'>, zone: string): readonly PeerServer[] {
  return (transfer.zones[zone]?.notify ?? transfer.notify).map(peerOf);
}

/** Whether anybody may transfer a zone. */
export function isTransferable({ transfer }: Pick<Config, 'transfer'>, zone: string): boolean {
  return (transfer.zones[zone]?.allow ?? transfer.allow).length > 0;
}

/** What is kept of a zone's changes; `undefined` where nobody may transfer it. */
export function journalOf(config: Pick<Config, 'transfer'>, zone: string): JournalSettings | undefined {
  const { zone: zoneMegabytes, all } = config.transfer.journal;
  if (!isTransferable(config, zone) || zoneMegabytes === 0) return undefined;
  return { zoneOctets: zoneMegabytes * 2 ** 20, octets: all * 2 ** 20 };
}

type WrittenPeer = Config['transfer']['notify'][number];

/** Another server, in the form in which processes name it to each other. */
function peerOf({ at, key }: WrittenPeer): PeerServer {
  return { ...at, ...(key !== undefined && { key }) };
}

function withoutNothing({
  from,
  key,
}: {
  from?: string | undefined;
  key?: string | undefined;
}): TransferRule {
  return { ...(from !== undefined && { from }), ...(key !== undefined && { key }) };
}
