/**
 * What the line of a recorded query is made of, taken from its exchange, which serves the next query at once. That costs
 * little. Lines are made of several together: the code for it is in no cache of the processor where one query in a hundred
 * comes to it, and that would cost as much as to answer ten.
 */
import type { Prefix } from '../../base/net/ip.ts';
import type { Explanation } from '../../rpc/explanation.ts';
import type { FallbackReason } from '../../rpc/fallback.ts';
import { RCODE } from '../../wire/iana/rcode.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { WireName } from '../../wire/name.ts';
import type { Transport } from '../../wire/transport.ts';
import type { Exchange } from '../exchange.ts';
import { sourceOf } from '../explain/source-of.ts';
import { DEPENDS } from '../facts/dependence.ts';
import { NEEDS } from '../facts/fact.ts';
import type { KeptLine } from '../replies/kept-lines.ts';
import type { Served } from '../zones/served-zone.ts';
import type { NotedDecision, RecordingNotes } from './notes.ts';

/** A set of the answer section; the question owns those that have no owner. */
export interface AnswerSet {
  readonly owner: WireName | undefined;
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Uint8Array[];
}

/** Of any query that is recorded: what differs from one to the next with the same reply. */
interface Recorded {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly transport: Transport;
  readonly client: Prefix;
  readonly thrown: readonly number[];
  readonly scope: number;
  /** What else its line says, if the reply is kept: it is there, or is to be made from a {@link Snapshot}. */
  readonly line: KeptLine | undefined;
}

/** Of a query that was answered by a reply that is kept. */
export interface Recalled extends Recorded {
  readonly line: KeptLine;
}

/** Of a query whose reply was made. */
export interface Snapshot extends Recorded {
  readonly name: WireName;
  readonly type: number;
  /** What the policy has read of an address, of the client or its resolver, is more than its network says. */
  readonly needsAddress: boolean;
  readonly served: Served | undefined;
  /** The key of the host. */
  readonly host: string | undefined;
  readonly source: Explanation['source'];
  readonly fallback: FallbackReason | undefined;
  readonly decisions: readonly NotedDecision[];
  readonly down: readonly string[];
  /** Operators have overridden a pool of the policy. */
  readonly isOverridden: boolean;
  readonly rcode: number;
  readonly answer: readonly AnswerSet[];
}

/** Of the pools of a policy. */
export type HealthNotes = Pick<Snapshot, 'down' | 'isOverridden'>;

/** Nothing is noted as read. */
export function recalledOf(
  { requester, facts }: Exchange,
  line: KeptLine,
  { thrown }: RecordingNotes,
): Recalled {
  return {
    at: facts.now,
    transport: requester.transport,
    client: facts.client(),
    thrown: thrown.length > 0 ? thrown.slice() : NOTHING_THROWN,
    scope: facts.scope,
    line,
  };
}

/** Nothing is noted as read. */
export function snapshotOf(
  exchange: Exchange,
  { decisions, thrown, at, toKeep }: RecordingNotes,
  { down, isOverridden }: HealthNotes,
): Snapshot {
  const { query, requester, zone, cause, facts, dependence, rcode } = exchange;
  const host = cause === undefined ? exchange.host : exchange.failed;
  return {
    at: at ?? facts.now,
    name: query.name.slice(0, query.nameLength),
    type: query.type,
    transport: requester.transport,
    client: facts.client(),
    needsAddress:
      (facts.needs & NEEDS.ADDRESS) !== 0 ||
      facts.isInPartOfSubnet ||
      (dependence.bits & DEPENDS.RESOLVER_ADDRESS) !== 0,
    served: zone?.attachment,
    host: host?.key,
    source: sourceOf(exchange).source,
    fallback: cause?.reason,
    decisions: decisions.length > 0 ? decisions.slice() : NO_DECISIONS,
    thrown: thrown.length > 0 ? thrown.slice() : NOTHING_THROWN,
    down,
    isOverridden,
    rcode,
    answer: answerOf(exchange),
    scope: facts.scope,
    line: toKeep,
  };
}

const NO_DECISIONS: readonly NotedDecision[] = [];
const NOTHING_THROWN: readonly number[] = [];
/** In the counts of a message's sections (wire/writer.ts). */
const ANSWERS = 0xff;

/** What was decided, also where it was too much for a datagram. Nothing of it is in an answer that fits no message. */
function answerOf({ query, sections, writer, rcode }: Exchange): AnswerSet[] {
  const sets: AnswerSet[] = [];
  if (rcode === RCODE.SERVFAIL && (writer.sectionCounts & ANSWERS) === 0) return sets;
  const { answer } = sections;
  for (let index = 0; index < answer.count; index += 1) {
    // With the TTL that it has when no change of health is near: a recording is decided again without.
    const { owner, type, signedTtl: ttl, rdatas } = answer.at(index);
    // The list may be that of the next query as well.
    if (type !== RRTYPE.RRSIG || query.type === RRTYPE.RRSIG)
      sets.push({ owner, type, ttl, rdatas: rdatas.slice() });
  }
  return sets;
}
