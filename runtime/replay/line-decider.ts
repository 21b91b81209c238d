/**
 * Decides recorded queries by the pipeline that answers live ones, with its memo: what a policy decided for the same reads
 * is not decided again. Queries that have to wait for the sandbox wait side by side, which it makes use of.
 */

import type { Decision } from '../answer/decision.ts';
import { Exchange, type Requester } from '../answer/exchange.ts';
import { askOnce, type Retry } from '../answer/join.ts';
import { run } from '../answer/pipeline.ts';
import { poolHealth } from '../answer/steering/pool-health.ts';
import type { ServedZone } from '../answer/zones/served-zone.ts';
import { assert } from '../base/assert.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { FallbackReason } from '../rpc/fallback.ts';
import type { RecordedLine } from '../rpc/recorded-line.ts';
import { rcodeToText } from '../wire/iana/rcode.ts';
import { AnswerTexts } from './answer-texts.ts';
import type { Took } from './each-line.ts';
import { Forgiving } from './forgiving.ts';
import { RecordedChance } from './recorded-chance.ts';
import { RecordedFacts } from './recorded-facts.ts';
import { RecordedPackets, type RecordedQuestion } from './recorded-packet.ts';
import type { ReplaySide, ReplayZones } from './replay-zones.ts';

/** A line that can be decided. */
export interface ReadLine {
  readonly line: RecordedLine;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly question: RecordedQuestion;
  readonly packet: Uint8Array;
  /** The zone that answers it today; `undefined` if none does. */
  readonly zone: string | undefined;
}

/** What a line comes to. */
export interface DecidedLine {
  readonly zone: string | undefined;
  /** The host of the policy that decided, as `www.example.com`. */
  readonly host: string | undefined;
  readonly rcode: string;
  /** The answer section, in presentation form. */
  readonly answer: readonly string[];
  /** The pool that answers. */
  readonly pool: string | undefined;
  /** The pool is down, and answers for want of another. */
  readonly isLastResort: boolean;
  readonly fallback: FallbackReason | undefined;
  /** Facts that were read and not recorded. */
  readonly assumed: readonly string[];
}

/** Lines that wait at a time, and those left when others may follow. */
const MOST_WAITING = 1024;
const FEW_WAITING = 512;

export class LineDecider {
  readonly zones: ReplayZones;
  readonly #exchange: Exchange;
  readonly #facts: RecordedFacts;
  readonly #chance = new RecordedChance();
  readonly #packets = new RecordedPackets();
  readonly #texts = new AnswerTexts();
  readonly #forgiving: Forgiving;
  #now = 0;
  #waiting = 0;
  /** To be told when few wait, or none. */
  #rest: { readonly most: number; readonly tell: (took: Took) => void } | undefined;

  constructor(zones: ReplayZones, { geo, sandbox }: Pick<ReplaySide, 'geo' | 'sandbox'>) {
    this.zones = zones;
    this.#forgiving = new Forgiving(sandbox);
    this.#exchange = new Exchange(geo, zones.parts.health, {
      clock: () => this.#now,
      random: () => this.#chance.next(),
      Facts: RecordedFacts,
    });
    // Recorded answers have the TTL of when no change of health is near.
    this.#exchange.steering.ttlFalls = false;
    const { facts } = this.#exchange;
    assert(facts instanceof RecordedFacts, 'the exchange makes the facts that it was given');
    this.#facts = facts;
    facts.imagined = zones.imagined.pools;
  }

  /** Fails in words where the line asks nothing that can be asked. */
  read(line: RecordedLine, at: number): Result<ReadLine> {
    const question = this.#packets.question(line.name, line.type);
    if (!question.ok) return fail(question.problem);
    const packet = this.#packets.packet(question.value, line.client);
    if (!packet.ok) return fail(packet.problem);
    const zone = this.zones.zoneOf(question.value);
    return ok({ line, at, question: question.value, packet: packet.value, zone });
  }

  /** Decides a line, now or once the sandbox has. Others may follow at once, or when the promise is kept. */
  decide(read: ReadLine, done: (decided: DecidedLine) => void): Took | Promise<Took> {
    const { zone } = read;
    if (zone !== undefined && this.zones.ready(zone) === undefined)
      return this.#makeAndDecide(zone, read, done);
    this.#go(new Asking(read, done));
    return this.#waiting < MOST_WAITING ? undefined : this.#until(FEW_WAITING);
  }

  /** Kept once every line is decided. */
  async end(): Promise<void> {
    if (this.#waiting > 0) await this.#until(0);
  }

  /** The value of a fact for the line that was decided last, while `done` is told of it. */
  get facts(): Pick<RecordedFacts, 'value'> {
    return this.#facts;
  }

  async #makeAndDecide(zone: string, read: ReadLine, done: (decided: DecidedLine) => void): Promise<Took> {
    const took = await this.zones.make(zone);
    return took === 'stop' ? took : await this.decide(read, done);
  }

  #until(most: number): Promise<Took> {
    return new Promise((resolve) => {
      this.#rest = { most, tell: resolve };
    });
  }

  #go(asking: Asking): void {
    this.#begin(asking);
    const exchange = this.#exchange;
    if (run(exchange, this.zones.parts) !== 'wait') {
      this.#settle(asking);
      return;
    }
    asking.zone = exchange.zone;
    if (!asking.isWaiting) this.#waiting += 1;
    asking.isWaiting = true;
    asking.arrivedAt = exchange.arrivedAt;
    askOnce(exchange, this.zones.parts, (outcome) => {
      this.#take(asking, outcome);
      this.#go(asking);
    });
  }

  #begin({ read, zone, decisions, asksAlone, arrivedAt }: Asking): void {
    const { line, packet, at } = read;
    this.#now = at;
    this.#chance.use(line);
    this.#facts.use(line);
    this.zones.health.use(read.zone, line.down);
    this.#exchange.begin(packet, NOBODY, arrivedAt);
    if (zone !== undefined) this.#exchange.resume(zone, decisions, asksAlone);
  }

  #take(asking: Asking, outcome: Decision | Retry): void {
    if (outcome === 'alone') asking.asksAlone = true;
    else if (outcome !== 'again') {
      if (this.#forgiving.isWorthAsking(outcome, asking)) asking.arrivedAt = 0;
      else asking.decisions = [...asking.decisions, outcome];
    }
  }

  #settle(asking: Asking): void {
    const { zone, host, cause, plan, choice, rcode, writer } = this.#exchange;
    for (const { reads } of asking.decisions) this.#facts.noteReads(reads);
    const pool = plan === undefined ? undefined : choice.pool;
    const answer = this.#texts.of(asking.read.line.name, writer);
    const { assumed } = this.#facts;
    const { health } = this.zones.parts;
    asking.done({
      zone: zone?.attachment.id,
      host: host?.nameText,
      rcode: rcodeToText(rcode),
      answer,
      pool: pool?.name,
      isLastResort: pool !== undefined && answer.length > 0 && poolHealth(pool, health) === 'down',
      fallback: cause?.reason,
      assumed: assumed.length === 0 ? NOTHING : [...assumed],
    });
    if (!asking.isWaiting) return;
    this.#waiting -= 1;
    if (this.#rest !== undefined && this.#waiting <= this.#rest.most) {
      const { tell } = this.#rest;
      this.#rest = undefined;
      tell(undefined);
    }
  }
}

const NOTHING: readonly string[] = [];

/** A line on its way. */
class Asking {
  readonly read: ReadLine;
  readonly done: (decided: DecidedLine) => void;
  zone: ServedZone | undefined = undefined;
  decisions: readonly Decision[] = [];
  asksAlone = false;
  isWaiting = false;
  /** Times that it was late. */
  late = 0;
  /** performance.now() milliseconds; 0 for now. */
  arrivedAt = 0;

  constructor(read: ReadLine, done: (decided: DecidedLine) => void) {
    this.read = read;
    this.done = done;
  }
}

/** Nobody gets the replies. What was recorded is all of an answer, also where it did not fit a datagram. */
const NOBODY: Requester = { transport: 'tcp', address: '', reply: () => {} };
