/**
 * One query in, one response out: what the transports hand their packets to. Static records,
 * constant plans and remembered decisions are answered before `respond` returns; a query that needs
 * the sandbox is put aside as the bytes it came in, and answered from the beginning once decided.
 */
import { assert } from '../base/assert.ts';
import { loop } from '../base/loop/loop-watch.ts';
import { peerToText } from '../base/net/ip.ts';
import type { GeoSource } from '../geo/location.ts';
import type { HealthTable } from '../health/table.ts';
import type { FallbackEvent, QueryLine } from '../rpc/events.ts';
import { CLIENT_COOKIE_OCTETS } from '../wire/cookie.ts';
import { rcodeToText } from '../wire/iana/rcode.ts';
import { typeToText } from '../wire/iana/rrtype.ts';
import { questionText } from '../wire/query.ts';
import { turnAway } from './ask-policy.ts';
import { FallbackLog } from './counting/fallback-log.ts';
import type { Decision } from './decision.ts';
import { Exchange, type Requester } from './exchange.ts';
import { putOff } from './finish.ts';
import { askOnce, type Retry } from './join.ts';
import type { RateLimit, Ruling } from './limits/rate-limit.ts';
import type { QueryOutcome } from './next-step.ts';
import type { Parts } from './parts.ts';
import { run } from './pipeline.ts';
import type { Recorder } from './recording/recorder.ts';
import { Resumptions } from './resumptions.ts';
import type { ServedZone } from './zones/served-zone.ts';

/**
 * Queries waiting for the sandbox at one time; each holds its packet and a request in the sandbox's queue. Those of one
 * policy are at most as many as there is room left for: whoever fills all there is for him, others find room.
 */
const MAX_WAITING = 10_000;
/** Octets for which a query counts as one; five megabytes wait at most. */
const USUAL_OCTETS = 512;

export interface ResponderOptions extends Parts {
  readonly geo: GeoSource;
  readonly health: HealthTable;
  readonly onFallback: (event: FallbackEvent) => void;
  readonly onQuery: (line: QueryLine) => void;
  /** None: there is no limit. */
  readonly rateLimit?: RateLimit | undefined;
  /** None: no query is recorded. */
  readonly recorder?: Recorder | undefined;
  /** Share of queries to tell, 0 to 1. */
  readonly queryLogSample: number;
  /** Milliseconds in one turn of the loop for queries that waited. */
  readonly resumptionMs?: number;
  /** Takes a query as far as it can go; default: to its answer, by the pipeline. */
  readonly run?: typeof run;
  /** From 0 up to but not including 1. Default Math.random. */
  readonly random?: () => number;
  /** Milliseconds since 1970. Default Date.now. */
  readonly clock?: () => number;
}

/** A query put aside until the sandbox has decided. */
interface Waiting {
  readonly packet: Uint8Array;
  readonly requester: Requester;
  readonly arrivedAt: number;
  readonly zone: ServedZone;
  decisions: readonly Decision[];
  asksAlone: boolean;
  /** When it was first looked at, in milliseconds since 1970, if it is recorded. */
  readonly recordedAt: number | undefined;
}

export class Responder {
  readonly #parts: Parts;
  readonly #exchange: Exchange;
  readonly #fallbacks: FallbackLog;
  readonly #onQuery: (line: QueryLine) => void;
  /** Settings may put others in their places. */
  rateLimit: RateLimit | undefined;
  recorder: Recorder | undefined;
  queryLogSample: number;
  readonly #random: () => number;
  readonly #run: typeof run;
  readonly #resumptions: Resumptions;
  #waiting = 0;

  constructor(options: ResponderOptions) {
    const {
      geo,
      health,
      onFallback,
      onQuery,
      rateLimit,
      recorder,
      queryLogSample,
      resumptionMs,
      random = Math.random,
      clock = Date.now,
    } = options;
    this.#parts = options;
    this.#exchange = new Exchange(geo, health, { random, clock });
    this.#fallbacks = new FallbackLog(onFallback);
    this.#onQuery = onQuery;
    this.rateLimit = rateLimit;
    this.recorder = recorder;
    this.queryLogSample = queryLogSample;
    this.#resumptions = new Resumptions(resumptionMs);
    this.#random = random;
    this.#run = options.run ?? run;
  }

  /** Queries that wait for the sandbox; those that are long count as several. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Answers a packet, now or before its deadline; false if it gets no answer. The packet is not kept. */
  respond(packet: Uint8Array, requester: Requester): boolean {
    const exchange = this.#exchange;
    // Only a line of the log tells how long it took.
    exchange.begin(packet, requester, this.queryLogSample > 0 ? performance.now() : 0);
    if (this.recorder?.takes()) this.recorder.begin(exchange);
    const ending = loop.isClose ? this.#runWatched() : this.#run(exchange, this.#parts);
    if (ending === 'drop') {
      this.#parts.counters.steps.ignored += 1;
      return false;
    }
    if (ending === 'aside') return this.#parts.transfers?.take(packet, exchange.query, requester) ?? false;
    const ruling = this.#judge();
    if (ruling === 'drop') return false;
    if (ruling === 'slip') {
      // It is no answer to the question.
      exchange.notes = undefined;
      putOff(exchange, this.#parts);
    } else if (ending === 'wait') {
      // Buffers are pieces of memory that Node shares out; one of its own would be freed by itself.
      this.#wait(Buffer.from(packet));
      return true;
    }
    this.#reply();
    return true;
  }

  /** The loop was held up lately: if it is again, the zone that had it has a name. */
  #runWatched(): QueryOutcome {
    const since = performance.now();
    const ending = this.#run(this.#exchange, this.#parts);
    const took = performance.now() - since;
    const { zone } = this.#exchange;
    if (zone !== undefined) loop.concern(zone.attachment.id, took);
    return ending;
  }

  /** Who has answered from an address before, by TCP or with a cookie, is there (RFC 7873 §5.2.5). Policies do not run for responses that are not sent. */
  #judge(): Ruling {
    const { requester, isKnown } = this.#exchange;
    if (this.rateLimit === undefined || isKnown || requester.transport !== 'udp') return 'send';
    return this.rateLimit.judge(this.#exchange);
  }

  /**
   * Whether a response to the query that is aside may go: strangers get no more of these than of any
   * other. None of them is much longer than its query, so that there is nothing to put off.
   */
  mayReply(rcode: number): boolean {
    this.#exchange.conclude(rcode);
    return this.#judge() !== 'drop';
  }

  #resume({ packet, requester, arrivedAt, zone, decisions, asksAlone, recordedAt }: Waiting): void {
    const exchange = this.#exchange;
    exchange.begin(packet, requester, arrivedAt);
    exchange.resume(zone, decisions, asksAlone);
    if (recordedAt !== undefined) this.recorder?.begin(exchange, recordedAt);
    if ((loop.isClose ? this.#runWatched() : this.#run(exchange, this.#parts)) === 'wait') {
      this.#wait(packet);
      return;
    }
    this.#parts.counters.steps.decisionSeconds.observe((performance.now() - arrivedAt) / 1000);
    this.#reply();
  }

  /** Puts the exchange's query aside. Nothing may follow this: the decision can be there before it returns. */
  #wait(packet: Uint8Array): void {
    const { requester, arrivedAt, zone, decisions, asksAlone, notes, facts } = this.#exchange;
    const policy = zone?.attachment.policy;
    assert(zone !== undefined && policy !== undefined, 'only policies are asked');
    const recordedAt = notes === undefined ? undefined : (notes.at ?? facts.now);
    const waiting: Waiting = { packet, requester, arrivedAt, zone, decisions, asksAlone, recordedAt };
    const decided = (outcome: Decision | Retry): void => {
      if (outcome === 'alone') waiting.asksAlone = true;
      else if (outcome !== 'again') waiting.decisions = [...decisions, outcome];
      this.#resume(waiting);
    };
    const weight = Math.ceil(packet.length / USUAL_OCTETS);
    if (policy.waiting + weight > MAX_WAITING - this.#waiting) {
      decided(turnAway(this.#exchange, `Already ${policy.waiting} queries wait for the policy`));
      return;
    }
    policy.waiting += weight;
    this.#waiting += weight;
    askOnce(this.#exchange, this.#parts, (outcome) =>
      this.#resumptions.add(policy.told, () => {
        policy.waiting -= weight;
        this.#waiting -= weight;
        decided(outcome);
      }),
    );
  }

  #reply(): void {
    const { writer, requester, facts, notes } = this.#exchange;
    requester.reply(writer.message(), facts.isForAll);
    this.#count();
    if (notes !== undefined) this.recorder?.note(this.#exchange, notes);
  }

  #count(): void {
    const { row, query, rcode, requester, cause } = this.#exchange;
    this.#parts.counters.countQueryAt(row, query.type, rcode, requester.transport);
    if (query.cookieAt > 0) this.#countCookie();
    if (cause !== undefined) this.#noteFallback();
    if (this.queryLogSample > 0 && this.#random() < this.queryLogSample) this.#onQuery(this.#queryLine());
  }

  #countCookie(): void {
    const { query, isKnown } = this.#exchange;
    const { cookies } = this.#parts.counters;
    if (isKnown) cookies.valid += 1;
    else if (query.cookieLength > CLIENT_COOKIE_OCTETS) cookies.invalid += 1;
    else cookies.client += 1;
  }

  #noteFallback(): void {
    const { zone, cause, failed, query } = this.#exchange;
    if (zone === undefined || cause === undefined || failed === undefined) return;
    const { id, version, counters } = zone.attachment;
    counters.counts.fallbacks[cause.reason] += 1;
    this.#fallbacks.note({ zone: id, reason: cause.reason }, performance.now(), () => ({
      zone: id,
      version,
      host: failed.key,
      name: questionText(query),
      type: typeToText(query.type),
      reason: cause.reason,
      message: cause.message,
      ...(cause.stack === undefined ? {} : { stack: cause.stack }),
    }));
  }

  #queryLine(): QueryLine {
    const { zone, query, rcode, requester, arrivedAt } = this.#exchange;
    return {
      client: peerToText(requester.address),
      name: questionText(query),
      type: typeToText(query.type),
      rcode: rcodeToText(rcode),
      transport: requester.transport,
      ...(zone === undefined ? {} : { zone: zone.attachment.id }),
      micros: Math.round((performance.now() - arrivedAt) * 1000),
    };
  }
}
