/**
 * A server without sockets and processes: real zones, real policies' manifests, the real pipeline, a
 * sandbox the test plays. Answers come back as text, after dns-packet has agreed on what they say.
 */
import assert from 'node:assert/strict';
import { decode, type OptAnswer } from 'dns-packet';
import type { ExplainParts } from '../../runtime/answer/explain/explain.ts';
import type { ServerCookies } from '../../runtime/answer/limits/server-cookies.ts';
import { type MemoLimits, MemoSpace } from '../../runtime/answer/memo/memo-space.ts';
import {
  buildServedZone,
  type ServedUpdate,
  type ServedZone,
} from '../../runtime/answer/zones/served-zone.ts';
import type { GeoSource } from '../../runtime/geo/location.ts';
import type {
  AnswerSettings,
  RateLimitSettings,
  TransferSettings,
} from '../../runtime/rpc/answer-settings.ts';
import type {
  ContradictionEvent,
  FallbackEvent,
  NotifyEvent,
  QueryLine,
  TransferEvent,
} from '../../runtime/rpc/events.ts';
import { encodeNetworkLists, type NetworkLists } from '../../runtime/rpc/facts/network-lists.ts';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import type { Sandbox } from '../../runtime/runner/sandbox.ts';
import { type Answering, type AnswerNews, buildAnswering } from '../../runtime/serving/answering.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { typeToText } from '../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { nameFromText, nameToText, type WireName } from '../../runtime/wire/name.ts';
import type { Transport } from '../../runtime/wire/transport.ts';
import { draftZone } from '../../runtime/zone/zone-draft.ts';
import { parseZone } from '../../runtime/zone/zone-file.ts';
import { imageOf } from '../../runtime/zone/zone-image.ts';
import { encodedManifest } from '../support/sent-manifest.ts';
import { targetNumber } from '../support/target-number.ts';
import { must, name } from '../support/wire.ts';
import { APEX_RECORDS } from '../support/zone.ts';
import { messageToText } from './message-text.ts';
import { type Ask, packetOf } from './packet.ts';
import { GEO } from './places.ts';
import { ScriptedSandbox } from './scripted-sandbox.ts';
import { dnskeyLine, heldKey, type SigningSource, zoneSigning } from './signing-source.ts';

export interface ZoneSource {
  readonly zone?: string;
  readonly version?: string;
  /** Of the SOA. */
  readonly serial?: number;
  /** Of the SOA: `ns.example.com.` */
  readonly primary?: string;
  /** Zone-file text beside SOA and NS. */
  readonly records?: string;
  /** In place of what would be made of those. */
  readonly image?: Uint8Array<ArrayBuffer>;
  readonly policy?: Partial<ManifestData>;
  /** Lists of networks that its policy imports. */
  readonly lists?: NetworkLists;
  readonly broken?: string;
  readonly lacksPolicy?: true;
  readonly withheld?: ZoneUpdate['withheld'];
  readonly quarantined?: string;
  readonly stoppedHosts?: Readonly<Record<string, string>>;
  /** Milliseconds; by default as ever. */
  readonly deadlineMs?: number;
  readonly signing?: SigningSource;
  readonly isCyclic?: true;
}

/** What control sends for a zone. */
export function zoneUpdate({
  zone = 'example.com',
  version = '00000001',
  ...source
}: ZoneSource): ZoneUpdate {
  const origin = name(zone);
  const { signing, primary } = source;
  const soa = APEX_RECORDS.replace('. 1 ', `. ${source.serial ?? 1} `);
  const apex = primary === undefined ? soa : soa.replace('ns.example.net.', primary);
  const keys = signing === undefined ? '' : dnskeyLine(signing);
  const { records, diagnostics } = parseZone(apex + keys + (source.records ?? ''), { origin });
  assert.deepEqual(diagnostics, []);
  const names = Object.keys(source.policy?.hosts ?? {});
  const hosts = names.map((host) => must(nameFromText(host, origin)));
  return {
    zone,
    version,
    image:
      source.image ?? imageOf(draftZone(origin, records, hosts, { isSigned: signing !== undefined }).tables),
    ...(signing && { signing: zoneSigning(signing, names) }),
    ...(source.isCyclic && { isCyclic: true }),
    ...(source.broken !== undefined && { broken: source.broken }),
    ...(source.lacksPolicy && { lacksPolicy: true }),
    ...(source.withheld && { withheld: source.withheld }),
    ...(source.policy && { policy: policyUpdate(zone, origin, source) }),
  };
}

function policyUpdate(
  zone: string,
  origin: WireName,
  {
    policy,
    lists,
    quarantined,
    stoppedHosts,
    deadlineMs = 50,
  }: Pick<ZoneSource, 'policy' | 'lists' | 'quarantined' | 'stoppedHosts' | 'deadlineMs'>,
) {
  const manifest: ManifestData = {
    form: 'policy',
    pools: {},
    fallback: { kind: 'records', records: { A: ['192.0.2.99'], TXT: ['fallback'] } },
    hosts: {},
    records: {},
    ...policy,
  };
  return {
    file: `policies/${zone}.ts`,
    script: 'void 0',
    ...encodedManifest(manifest, origin),
    budgetMs: deadlineMs / 10,
    deadlineMs,
    memoryMb: 32,
    topLevelMs: 100,
    ...(lists && { lists: encodeNetworkLists(lists) }),
    ...(quarantined !== undefined && { quarantined }),
    ...(stoppedHosts && { stoppedHosts }),
  };
}

export interface ServerOptions {
  readonly queryLogSample?: number;
  /** Which queries are recorded; none, if not given. */
  readonly record?: AnswerSettings['record'];
  readonly random?: () => number;
  readonly clock?: () => number;
  readonly memory?: MemoLimits;
  readonly geo?: GeoSource;
  readonly transfers?: TransferSettings;
  readonly identity?: { readonly name?: string; readonly version?: string };
  /** None: there are none. */
  readonly cookies?: ServerCookies;
  readonly rateLimit?: RateLimitSettings;
  /** Of the settings; `null`: none given. */
  readonly negativeTtl?: number | null;
  /** Replies kept as they are. */
  readonly packetSlots?: number;
  readonly resumptionMs?: number;
  /** Of its time, for signatures. */
  readonly share?: number;
  /** Seconds since 1970, of signatures. */
  readonly seconds?: () => number;
  /** In place of the one the test plays. */
  readonly realSandbox?: Pick<Sandbox, 'run'>;
}

const LIMITS: MemoLimits = { leaves: 100, policyOctets: 1_000_000, octets: 1_000_000 };

export class Server {
  readonly sandbox = new ScriptedSandbox();
  readonly settings: ExplainParts['settings'];
  readonly fallbacks: FallbackEvent[] = [];
  readonly contradictions: ContradictionEvent[] = [];
  readonly lines: QueryLine[] = [];
  readonly #recorded: RecordedLine[] = [];
  readonly transfers: TransferEvent[] = [];
  readonly news: NotifyEvent[] = [];
  readonly parts: Answering['parts'];
  readonly responder: Answering['responder'];
  readonly memory: Answering['memory'];
  readonly answering: Answering;
  readonly rateLimit: Answering['responder']['rateLimit'];
  readonly signing: Answering['signing'];
  readonly zones: ExplainParts['zones'];
  readonly health: ExplainParts['health'];
  readonly counters: ExplainParts['counters'];

  constructor(all: ServerOptions = {}) {
    const { memory = LIMITS, geo = GEO, realSandbox, transfers, identity = {}, cookies, ...rest } = all;
    const {
      rateLimit,
      queryLogSample = 0,
      record = { sample: 0, full: false },
      packetSlots = 1024,
      share = 1,
      negativeTtl = 30,
      ...chance
    } = rest;
    this.settings = {
      udpPayloadSize: 1232,
      ...(negativeTtl !== null && { negativeTtl }),
      identity,
      tcp: { idleMs: 30_000 },
    };
    const answering = buildAnswering({
      settings: {
        ...this.settings,
        queryLogSample,
        record,
        signing: { share },
        ...(rateLimit && { rateLimit }),
      },
      transfers,
      sandbox: realSandbox ?? this.sandbox,
      geo,
      memory: new MemoSpace(memory),
      packetSlots,
      tell: (news) => this.#note(news),
      ...(cookies && { cookies }),
      // Tests see at once what comes of a decision.
      chance: { resumptionMs: Number.POSITIVE_INFINITY, ...chance },
    });
    this.answering = answering;
    ({ parts: this.parts, responder: this.responder } = answering);
    this.rateLimit = this.responder.rateLimit;
    ({ memory: this.memory, signing: this.signing } = answering);
    ({ zones: this.zones, health: this.health, counters: this.counters } = this.parts);
  }

  /** Serves a zone from now on. */
  put(source: ZoneSource): ServedZone {
    const { health, counters, memory, signing } = this;
    const update = zoneUpdate(source);
    if (source.signing) signing.keys.take([{ zone: update.zone, keys: [heldKey(source.signing)] }]);
    const zone = buildServedZone(served(update), { health, counters, memory, signing });
    this.zones.put(zone);
    return zone;
  }

  /** The lines of what was recorded so far. */
  recorded(): readonly RecordedLine[] {
    void this.answering.recorder.end();
    return this.#recorded;
  }

  /** Says what control says of a target, by its id. */
  setHealth(id: string, state: 'up' | 'down'): void {
    this.health.set(targetNumber(id), state);
  }

  /** The answer to a question that gets one at once, as lines of text. */
  ask(question: string | Ask): string[] {
    const { messages } = this.send(question);
    assert.equal(messages.length, 1, 'one answer');
    return messageToText(messages[0] ?? assert.fail());
  }

  /** Sends a question, or any packet. `messages` fills as answers come. */
  send(question: string | Ask | Uint8Array): {
    readonly messages: Message[];
    readonly isAnswered: boolean;
    /** Resolves with the first answer. */
    readonly answered: Promise<void>;
  } {
    const ask = typeof question === 'string' ? { question } : question;
    const { transport = 'udp', from = '127.0.0.1' } = ask instanceof Uint8Array ? {} : ask;
    const messages: Message[] = [];
    const first = Promise.withResolvers<void>();
    const reply = (response: Uint8Array): void => {
      messages.push(checked(response, transport));
      first.resolve();
    };
    const packet = ask instanceof Uint8Array ? ask : packetOf(ask);
    const isAnswered = this.responder.respond(packet, { transport, address: from, reply });
    return { messages, isAnswered, answered: first.promise };
  }

  #note(news: AnswerNews): void {
    switch (news.t) {
      case 'fallback':
        this.fallbacks.push(news.event);
        break;
      case 'contradiction':
        this.contradictions.push(news.event);
        break;
      case 'query':
        this.lines.push(news.line);
        break;
      case 'record': {
        const lines = news.batch.text.trimEnd().split('\n');
        this.#recorded.push(...lines.map((line) => JSON.parse(line) as RecordedLine));
        this.answering.recorder.outbox.settle(true);
        break;
      }
      case 'transfer':
        this.transfers.push(news.event);
        break;
      case 'notify':
        this.news.push(news.event);
        break;
      case 'update':
      case 'limited':
        break;
      default:
        news satisfies never;
    }
  }
}

/** As an answer process reads it. */
function served({ policy, ...rest }: ZoneUpdate): ServedUpdate {
  if (policy === undefined) return rest;
  return { ...rest, policy: { ...policy, targets: Float64Array.from(policy.targets, targetNumber) } };
}

/** What our decoder reads, once another has read the same. */
function checked(response: Uint8Array, transport: Transport): Message {
  assert.ok(transport !== 'udp' || response.length <= 1232, `${response.length} octets over UDP`);
  const bytes = Buffer.from(response);
  const ours = must(decodeMessage(bytes));
  const theirs = decode(bytes);
  const records = [...ours.answers, ...ours.authorities, ...ours.additionals];
  const ownersAndTypes = records.map(({ owner, type }) => `${nameToText(owner)} ${typeToText(type)}`);
  const others = [theirs.answers, theirs.authorities, theirs.additionals].flatMap((section) => section ?? []);
  assert.deepEqual(
    ownersAndTypes,
    others.filter(isNoOpt).map((record) => `${record.name.replace(/\.?$/, '.')} ${typeName(record.type)}`),
  );
  assert.equal(theirs.id, ours.id);
  assert.equal(theirs.flag_aa, ours.authoritative);
  assert.equal(theirs.flag_tc, ours.truncated);
  return ours;
}

function isNoOpt(record: { readonly type: string }): record is Exclude<typeof record, OptAnswer> {
  return record.type !== 'OPT';
}

/** dns-packet has no mnemonics for the newer types. */
function typeName(type: string): string {
  return type.startsWith('UNKNOWN_') ? typeToText(Number(type.slice('UNKNOWN_'.length))) : type;
}
