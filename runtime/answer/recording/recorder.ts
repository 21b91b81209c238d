/**
 * Records queries: which of them, and how a query that is recorded becomes a line (snapshot.ts, line.ts), which goes to
 * control with others (outbox.ts). Such a query is answered as any other, but that a reply that is kept says nothing
 * of what it rests on: for the first, the answer is made anew from memory, and what it rests on is noted meanwhile (notes.ts).
 * From then on the line is kept with the reply (../replies/kept-lines.ts).
 */
import { randomBytes } from 'node:crypto';
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop } from '../../base/loop/loop-watch.ts';
import type { GeoSource } from '../../geo/location.ts';
import type { HealthTable } from '../../health/table.ts';
import type { AnswerSettings } from '../../rpc/answer-settings.ts';
import { CLASS } from '../../wire/iana/class.ts';
import { RCODE } from '../../wire/iana/rcode.ts';
import type { Exchange } from '../exchange.ts';
import { SubnetTexts } from '../facts/subnet-texts.ts';
import { DownTargets } from './down-targets.ts';
import { recordedLine } from './line.ts';
import { RecordingNotes } from './notes.ts';
import type { LineOutbox } from './outbox.ts';
import { type Recalled, recalledOf, type Snapshot, snapshotOf } from './snapshot.ts';

/** Octets of an answer section that is recorded: all but the rarest, and read in a moment. */
const MOST_ANSWER_OCTETS = 8192;
/** Lines that are made together; once they have so many characters, the rest is left for the next time. */
const TOGETHER = 64;
const TOGETHER_CHARACTERS = 32_768;
/** Milliseconds for which the first of them waits for others, and for which lines wait to be sent. */
const GATHER_MS = 200;

const LINES = foreignWork({
  name: 'lines of recordings',
  cause: 'stranger',
  kind: 'constant',
  milliseconds: 1,
  octets: 131_072,
});

export interface RecorderOptions {
  readonly settings: AnswerSettings['record'];
  readonly geo: Pick<GeoSource, 'read'>;
  readonly health: HealthTable;
  readonly outbox: LineOutbox;
  /** From 0 up to but not including 1, for which queries are recorded. Default Math.random. */
  readonly random?: () => number;
}

export class Recorder {
  readonly outbox: LineOutbox;
  #settings: AnswerSettings['record'];
  readonly #geo: RecorderOptions['geo'];
  readonly #random: () => number;
  readonly #notes = new RecordingNotes();
  readonly #down: DownTargets;
  readonly #networks = new SubnetTexts();
  /** Which process it is: no two have the same, now or later. */
  readonly #process = randomBytes(6).toString('base64url');
  #recorded = 0;
  /** Queries up to the next that is recorded, that one included. */
  #left = 0;
  /** Of queries whose lines are to be made. */
  #snapshots: (Snapshot | Recalled)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor({ settings, geo, health, outbox, random = Math.random }: RecorderOptions) {
    this.outbox = outbox;
    this.#geo = geo;
    this.#random = random;
    this.#down = new DownTargets(health);
    this.#settings = settings;
    this.use(settings);
  }

  /** Goes by these settings from the next query on. */
  use(settings: AnswerSettings['record']): void {
    this.#makeAllLines();
    this.#settings = settings;
    this.outbox.use(settings);
    this.#left = this.#gap();
  }

  /** Whether the next query is recorded. */
  takes(): boolean {
    this.#left -= 1;
    if (this.#left > 0) return false;
    this.#left = this.#gap();
    return true;
  }

  /** Has what the answer to the query rests on be noted; `at` is when it was first looked at, if it has waited. */
  begin(exchange: Exchange, at?: number): void {
    this.#notes.begin(at);
    exchange.record(this.#notes);
  }

  /** Records a query that is answered. */
  note(exchange: Exchange, notes: RecordingNotes): void {
    if (!isQuestion(exchange)) return;
    if (notes.kept !== undefined) {
      if (this.outbox.isFull) this.outbox.drop();
      else this.#gather(recalledOf(exchange, notes.kept, notes));
      return;
    }
    const { sections, host, zone } = exchange;
    const pools = host === undefined ? undefined : zone?.attachment.policy?.pools;
    const down = pools === undefined ? NONE : this.#down.in(pools);
    if (this.outbox.isFull || down === undefined || sections.answer.octetsAtMost > MOST_ANSWER_OCTETS)
      this.outbox.drop();
    else this.#gather(snapshotOf(exchange, notes, { down, isOverridden: this.#down.areOverridden(pools) }));
  }

  #gather(recorded: Snapshot | Recalled): void {
    this.#snapshots.push(recorded);
    if (this.#snapshots.length >= TOGETHER) this.#makeLines();
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#send(), GATHER_MS).unref();
  }

  /** Sends all that was recorded; resolves when control has said what became of it. */
  end(): Promise<void> {
    this.#makeAllLines();
    return this.outbox.end();
  }

  #send(): void {
    this.#timer = undefined;
    const isMarked = loop.begin(LINES);
    this.#makeLines();
    this.outbox.send();
    if (isMarked) loop.end();
    if (this.#snapshots.length > 0) this.#timer = setTimeout(() => this.#send(), 0).unref();
  }

  #makeAllLines(): void {
    while (this.#snapshots.length > 0) this.#makeLines();
  }

  #makeLines(): void {
    const options = { geo: this.#geo, networks: this.#networks, isFull: this.#settings.full };
    let made = 0;
    let characters = 0;
    for (const snapshot of this.#snapshots) {
      if (characters >= TOGETHER_CHARACTERS) break;
      made += 1;
      this.#recorded += 1;
      const line = recordedLine(`${this.#process}.${this.#recorded.toString(36)}`, snapshot, options);
      characters += line.length;
      this.outbox.add(line);
    }
    this.#snapshots = this.#snapshots.slice(made);
  }

  /** To throw once for each that is recorded comes to the same as to throw for each query: gaps are distributed geometrically. */
  #gap(): number {
    const { sample } = this.#settings;
    return sample > 0
      ? 1 + Math.floor(Math.log1p(-this.#random()) / Math.log1p(-sample))
      : Number.POSITIVE_INFINITY;
  }
}

const NONE: readonly string[] = [];

/** Whether zones were asked: not so for what is malformed, without a valid cookie, or about the server itself. */
function isQuestion({ query, zone, rcode }: Exchange): boolean {
  if (query.class !== CLASS.IN || query.nameLength === 0) return false;
  return zone !== undefined || rcode === RCODE.REFUSED;
}
