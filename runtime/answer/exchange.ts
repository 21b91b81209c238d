/**
 * One query and its answer while it is made: the {@link Draft} of the reply, and beside it what its makers do not see, the
 * query as it came, who sent it, and the octets to send. A single object serves all queries, one after the
 * other: a query that has to wait for the sandbox leaves nothing in here, and begins anew when the
 * decision has come.
 */
import type { PeerAddress } from '../base/net/ip.ts';
import type { GeoSource } from '../geo/location.ts';
import type { HealthTable } from '../health/table.ts';
import { HEADER_LENGTH, Query } from '../wire/query.ts';
import type { Transport } from '../wire/transport.ts';
import { MessageWriter } from '../wire/writer.ts';
import type { Decision } from './decision.ts';
import { Draft } from './draft.ts';
import { DEPENDS, Dependence, SWITCHES } from './facts/dependence.ts';
import { type FactOverrides, Facts } from './facts/facts.ts';
import type { RecordingNotes } from './recording/notes.ts';
import { Draw } from './steering/draw.ts';
import { Steering } from './steering/steering.ts';
import { answerFits } from './write-sections.ts';
import type { ServedZone } from './zones/served-zone.ts';

/** Who sent one query, and the way back to it: what every transport hands over (transport/listener.ts). */
export interface Requester {
  readonly transport: Transport;
  readonly address: PeerAddress;
  /** Our address that was asked, where it is known: a datagram to a server at all addresses does not tell. */
  readonly local?: string | undefined;
  /**
   * Sends a response, once for each query that is to be answered, at once or later. Its octets are
   * taken before the call returns, so the caller may reuse them. Nothing happens if the client or
   * the listener is gone by then. `isForAll` says that the answer was made without a look at who asks.
   */
  reply(response: Uint8Array, isForAll?: boolean): void;
  /**
   * Sends several messages in place of the one of `reply`. Each is asked for when there is room to
   * send it, and taken before the next is asked for; `return` is called when nobody wants more. Only
   * streams have it.
   */
  replyAll?(messages: Iterator<Uint8Array>): void;
}

export class Exchange extends Draft {
  declare readonly query: Query;
  declare readonly facts: Facts;
  declare readonly dependence: Dependence;
  declare readonly draw: Draw;
  readonly writer = new MessageWriter();

  packet: Uint8Array = NOTHING;
  requester: Requester = NOBODY;
  #arrivedAt = 0;
  /** It has waited for the decision of another query, and that cannot be remembered. */
  asksAlone = false;
  /** For explain only. */
  overrides: FactOverrides | undefined;
  /** It has waited for the sandbox, and goes on with the version of the zone it began with. */
  isResumed = false;
  /** The client has sent a cookie of ours: its address is its own (RFC 7873 §5.2.5). */
  isKnown = false;

  constructor(
    geo: GeoSource,
    health: HealthTable,
    options: { clock?: () => number; random?: () => number; Facts?: typeof Facts } = {},
  ) {
    const dependence = new Dependence();
    const facts = new (options.Facts ?? Facts)(geo, health, options.clock, dependence);
    const draw = new Draw(options.random, dependence);
    super({ query: new Query(), facts, steering: new Steering(health, facts, draw), dependence });
    this.draw = draw;
  }

  /** performance.now() milliseconds; looked at when it is first asked for, which most queries never do. */
  get arrivedAt(): number {
    if (this.#arrivedAt === 0) this.#arrivedAt = performance.now();
    return this.#arrivedAt;
  }

  /** Forgets the query before. Without a time, it arrives now. */
  begin(packet: Uint8Array, requester: Requester, arrivedAt = 0): void {
    this.clear();
    this.packet = packet;
    this.requester = requester;
    this.#arrivedAt = arrivedAt;
    this.asksAlone = false;
    this.isResumed = false;
    this.isKnown = false;
    this.draw.begin();
  }

  /** Goes on, after {@link begin}, with a query that waited: with the zone it began with and what was decided. */
  resume(zone: ServedZone, decisions: readonly Decision[], asksAlone = false): void {
    this.zone = zone;
    this.row = zone.attachment.counters.row;
    this.isResumed = true;
    this.decisions = decisions;
    this.asksAlone = asksAlone;
  }

  /** Has what the answer rests on be noted; called after {@link begin}. */
  record(notes: RecordingNotes): void {
    this.notes = notes;
    this.draw.heard = notes.thrown;
  }

  override isOn(which: number): boolean {
    this.dependence.note(which);
    return this.switchesAmong(which) !== 0;
  }

  /** Those of the switches among `bits` that the client has on. Nothing is noted. */
  switchesAmong(bits: number): number {
    if ((bits & SWITCHES) === 0) return 0;
    const way = WAYS[this.requester.transport];
    const { dnssecOk, compactOk } = this.query;
    const dnssec = dnssecOk ? DEPENDS.DNSSEC_OK : 0;
    const compact = dnssecOk && compactOk ? DEPENDS.COMPACT_OK : 0;
    return (way | dnssec | compact) & bits;
  }

  override spelling(): Uint8Array {
    this.dependence.note(DEPENDS.SPELLING);
    return this.packet.subarray(HEADER_LENGTH);
  }

  override answerFits(): boolean {
    const fits = answerFits(this.sections, this.writer);
    if (!fits) this.dependence.note(DEPENDS.SIZE);
    return fits;
  }
}

/** What of a transport is on. */
const WAYS: Readonly<Record<Transport, number>> = {
  udp: DEPENDS.DATAGRAM,
  tcp: DEPENDS.NOTHING,
  tls: DEPENDS.OVER_TLS,
  https: DEPENDS.OVER_HTTPS,
};
const NOTHING = new Uint8Array(0);
const NOBODY: Requester = { transport: 'udp', address: '', reply: () => {} };
