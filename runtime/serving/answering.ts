/**
 * Builds all that answers queries in one process: the parts of the pipeline, the responder that runs it, and
 * the desk for messages that pass it by. Answer processes and the tests of answers build it here; they differ
 * in what runs the policies and in what gets the news.
 *
 *     transports ──▶ responder ──▶ zones · memo · health · geo
 *                     │      └───▶ sandbox
 *                     └──▶ desk (TSIG, transfers, NOTIFY)
 */
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { Counters } from '../answer/counting/counters.ts';
import type { ExplainParts } from '../answer/explain/explain.ts';
import { type LimitedCounts, RateLimit } from '../answer/limits/rate-limit.ts';
import { ServerCookies } from '../answer/limits/server-cookies.ts';
import { type MemoSpace, memoLimits } from '../answer/memo/memo-space.ts';
import { LineOutbox } from '../answer/recording/outbox.ts';
import { Recorder } from '../answer/recording/recorder.ts';
import { PacketCache } from '../answer/replies/packet-cache.ts';
import { Responder, type ResponderOptions } from '../answer/responder.ts';
import { type SigningParts, signingParts } from '../answer/zones/served-signing.ts';
import type { Served } from '../answer/zones/served-zone.ts';
import type { GeoSource } from '../geo/location.ts';
import { HealthTable } from '../health/table.ts';
import type { AnswerSettings, LiveSettings, TransferSettings } from '../rpc/answer-settings.ts';
import type { FromAnswer } from '../rpc/control-protocol.ts';
import { TransferDesk } from '../transfer/desk.ts';
import type { UpdateDesk } from '../transfer/update-desk.ts';
import { ZoneSet } from '../zone/zone-set.ts';
import { LatenciesInUse } from './latencies-in-use.ts';

/** News from answering, as control gets it. */
export type AnswerNews = Extract<
  FromAnswer,
  { t: 'fallback' | 'contradiction' | 'query' | 'record' | 'transfer' | 'notify' | 'update' | 'limited' }
>;

export interface AnsweringOptions {
  readonly settings: ExplainParts['settings'] &
    Pick<AnswerSettings, 'queryLogSample' | 'record' | 'rateLimit' | 'signing' | 'latencies'>;
  /** Absent where transfers are not offered. */
  readonly transfers: TransferSettings | undefined;
  readonly sandbox: ExplainParts['sandbox'];
  readonly geo: GeoSource;
  /** The space for all decisions of policies that are remembered. */
  readonly memory: MemoSpace;
  /** How many replies are kept as they were sent. */
  readonly packetSlots: number;
  readonly tell: (news: AnswerNews) => void;
  /** What takes a query to its end, where that is not the pipeline of answers. */
  readonly run?: ResponderOptions['run'];
  /** Cookies with another clock than the system's. */
  readonly cookies?: ServerCookies;
  /** Chance and time, where they are not the system's. */
  readonly chance?: Pick<ResponderOptions, 'random' | 'clock' | 'resumptionMs'> & {
    /** Seconds since 1970, of signatures. */
    readonly seconds?: () => number;
  };
}

export interface Answering {
  readonly parts: ExplainParts;
  readonly responder: Responder;
  readonly memory: MemoSpace;
  /** Responses over the rate; absent where there never was a limit. */
  readonly limited: LimitedCounts | undefined;
  readonly signing: SigningParts;
  readonly recorder: Recorder;
  /** Absent where transfers are not offered. */
  readonly updates: Pick<UpdateDesk, 'settle'> | undefined;
  /** Goes by these settings from the next query on. */
  use(settings: Omit<LiveSettings, 'proxies'>): void;
}

export function buildAnswering(options: AnsweringOptions): Answering {
  const { transfers, sandbox, geo, memory, packetSlots, tell, chance = {} } = options;
  // All parts look at this one, and so go by others at once.
  const settings = { ...options.settings };
  const zones = new ZoneSet<Served>();
  const signing = signingParts(settings.signing.share, chance.seconds);
  const [counters, health] = [new Counters(), new HealthTable()];
  const parts: ExplainParts = {
    zones,
    sandbox,
    counters,
    packets: new PacketCache({ slots: packetSlots, zones, health, counters, memory }),
    cookies: options.cookies ?? new ServerCookies(),
    onContradiction: (event) => tell({ t: 'contradiction', event }),
    settings,
    geo,
    health,
  };
  const desk =
    transfers &&
    new TransferDesk({
      ...parts,
      transfers,
      respond: (packet, requester) => responder.respond(packet, requester),
      mayReply: (rcode) => responder.mayReply(rcode),
      onTransfer: (event) => tell({ t: 'transfer', event }),
      onNotify: (event) => tell({ t: 'notify', event }),
      onUpdate: (ask) => tell({ t: 'update', ask }),
      ...(chance.clock && { clock: chance.clock }),
    });
  const outbox = new LineOutbox((batch) => tell({ t: 'record', batch }));
  const recorder = new Recorder({ settings: settings.record, geo, health, outbox });
  const recorderFor = ({ sample }: LiveSettings['record']) => (sample > 0 ? recorder : undefined);
  const latencies = new LatenciesInUse(geo.latencies, (problem) => process.stderr.write(`${problem}\n`));
  latencies.use(settings.latencies);
  let limited: LimitedCounts | undefined;
  let slots = packetSlots;
  const limitBy = (rules: LiveSettings['rateLimit']): RateLimit | undefined => {
    const limit = rules && new RateLimit(rules, (event) => tell({ t: 'limited', event }), limited);
    limited ??= limit?.counts;
    return limit;
  };
  const responder: Responder = new Responder({
    ...parts,
    ...(desk && { transfers: desk }),
    rateLimit: limitBy(settings.rateLimit),
    recorder: recorderFor(settings.record),
    onFallback: (event) => tell({ t: 'fallback', event }),
    onQuery: (line) => tell({ t: 'query', line }),
    queryLogSample: settings.queryLogSample,
    ...(options.run && { run: options.run }),
    ...chance,
  });
  const use = (live: Omit<LiveSettings, 'proxies'>): void => {
    const { rateLimit } = settings;
    // What is not set any more is absent from the message.
    Object.assign(settings, { negativeTtl: undefined, rateLimit: undefined }, live);
    // Debts are kept where the rules are the same.
    if (!isDeepStrictEqual(rateLimit, live.rateLimit)) responder.rateLimit = limitBy(live.rateLimit);
    responder.queryLogSample = live.queryLogSample;
    recorder.use(live.record);
    responder.recorder = recorderFor(live.record);
    signing.budget.share = live.signing.share;
    memory.use(memoLimits(live.memo));
    desk?.use(live.transfers);
    latencies.use(live.latencies);
    // Whatever was made under the settings before is not sent under these.
    if (live.memo.packets !== slots) parts.packets?.resize(live.memo.packets);
    slots = live.memo.packets;
    parts.packets?.clear();
  };
  return {
    parts,
    responder,
    memory,
    get limited() {
      return limited;
    },
    signing,
    recorder,
    updates: desk?.updates,
    use,
  };
}
