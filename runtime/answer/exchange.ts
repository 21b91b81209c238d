/**
 * One query and its answer while it is made. A single object serves all queries, one after the
 * other: a query that has to wait for the sandbox leaves nothing in here, and begins anew when the
 * decision has come.
 */
import type { PeerAddress } from '../base/net/ip.ts';
import type { GeoSource } from '../geo/location.ts';
import type { HealthTable } from '../health/table.ts';
import type { Plan } from '../plan/plan.ts';
import type { SteeringStep } from '../rpc/explanation.ts';
import type { FallbackReason } from '../rpc/fallback.ts';
import type { PlanData, Read } from '../rpc/plan.ts';
import { lowerCase, MAX_NAME_LENGTH, ROOT, type WireName } from '../wire/name.ts';
import type { ExtendedError } from '../wire/opt.ts';
import { Query } from '../wire/query.ts';
import type { RRset } from '../wire/record.ts';
import type { Transport } from '../wire/transport.ts';
import { MessageWriter } from '../wire/writer.ts';
import { Lookup } from '../zone/lookup.ts';
import { type FactOverrides, Facts } from './facts/facts.ts';
import { Choice } from './steering/choice.ts';
import { Draw } from './steering/draw.ts';
import { Steering } from './steering/steering.ts';
import type { ServedHost, ServedPolicy, ServedZone } from './zones/served-zone.ts';

/** Who sent one query, and the way back to it: what every transport hands over (transport/listener.ts). */
export interface Requester {
  readonly transport: Transport;
  readonly address: PeerAddress;
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

/** Why the fallback stands in for a decision. */
export interface FallbackCause {
  readonly reason: FallbackReason;
  readonly message: string;
  /** Positions in the bundled script. */
  readonly stack?: string | undefined;
  /** The policy is not to blame: there was no time or no process to run it. */
  readonly isOurs?: true;
}

/** What came of asking the sandbox, for the query that waited for it. */
export interface Decision {
  readonly policy: ServedPolicy;
  readonly host: ServedHost;
  readonly name: WireName;
  /** The policy's, or its fallback. */
  readonly plan: Plan;
  /** The policy's plan as it came, for explain. */
  readonly data: PlanData | undefined;
  /** What of the client's address it depends on, of NEEDS in fact.ts. */
  readonly needs: number;
  readonly cause: FallbackCause | undefined;
  /** What the policy read; empty where it did not come to an end. */
  readonly reads: readonly Read[];
  readonly micros: number | undefined;
}

export class Exchange {
  readonly query = new Query();
  readonly writer = new MessageWriter();
  readonly found = new Lookup();
  readonly choice = new Choice();
  readonly facts: Facts;
  readonly draw: Draw;
  readonly steering: Steering;

  packet: Uint8Array = NOTHING;
  requester: Requester = NOBODY;
  #arrivedAt = 0;
  /** What has been decided for this query already. */
  decisions: readonly Decision[] = [];
  /** It has waited for the decision of another query, and that cannot be remembered. */
  asksAlone = false;
  /** For explain only: told how the answer is steered. Such a query runs the policy, whatever the memo knows. */
  steps: SteeringStep[] | undefined;
  /** For explain only. */
  overrides: FactOverrides | undefined;

  zone: ServedZone | undefined;
  /** Where the zone's queries are counted; 0 for none. */
  row = 0;
  /** It has waited for the sandbox, and goes on with the version of the zone it began with. */
  isResumed = false;
  /** Decisions for it that were taken from memory. */
  memoHits = 0;
  /** The name looked up: the question's, or where a CNAME led. Lower case; `nameLength` octets of it. */
  name: Uint8Array = this.query.name;
  nameLength = 0;
  /** The same name as owner of records; `undefined` where it is the question's. */
  owner: WireName | undefined;
  /** CNAME targets followed so far. */
  readonly followed: WireName[] = [];
  /** What was last added to the answer section. */
  answerType = 0;
  answerRdatas: readonly Uint8Array[] = NO_RDATAS;
  /** Owners of DNAMEs met so far: one may redirect many a name of a chain, and is told once. */
  readonly redirections: WireName[] = [];
  /** A CNAME that is in no zone, as an RRset's values: steering or a DNAME made it up. */
  readonly cname: WireName[] = [ROOT];
  host: ServedHost | undefined;
  plan: Plan | undefined;
  /** Why a fallback stands in the answer, and whose. */
  cause: FallbackCause | undefined;
  failed: ServedHost | undefined;

  rcode = 0;
  isAuthoritative = false;
  /** The answer is negative: the SOA goes with it (RFC 2308 §3), with this TTL. */
  negativeTtl: number | undefined;
  /** A wildcard stood in, for the name or for one a CNAME led to. */
  isFromWildcard = false;
  /** Other servers answer: their NS RRset. */
  referral: RRset | undefined;
  /** The client has sent a cookie of ours: its address is its own (RFC 7873 §5.2.5). */
  isKnown = false;
  /** Something that must be there did not fit. */
  overflows = false;
  extendedError: ExtendedError | undefined;
  readonly #target = new Uint8Array(MAX_NAME_LENGTH);

  constructor(
    geo: GeoSource,
    health: HealthTable,
    options: { clock?: () => number; random?: () => number } = {},
  ) {
    this.facts = new Facts(geo, health, options.clock);
    this.draw = new Draw(options.random);
    this.steering = new Steering(health, this.facts, this.draw);
  }

  /** performance.now() milliseconds; looked at when it is first asked for, which most queries never do. */
  get arrivedAt(): number {
    if (this.#arrivedAt === 0) this.#arrivedAt = performance.now();
    return this.#arrivedAt;
  }

  /** Forgets the query before. Without a time, it arrives now. */
  begin(packet: Uint8Array, requester: Requester, arrivedAt = 0): void {
    this.packet = packet;
    this.requester = requester;
    this.#arrivedAt = arrivedAt;
    this.decisions = NO_DECISIONS;
    this.asksAlone = false;
    this.zone = undefined;
    this.row = 0;
    this.isResumed = false;
    this.memoHits = 0;
    this.draw.begin();
    this.name = this.query.name;
    this.owner = undefined;
    if (this.followed.length > 0) this.followed.length = 0;
    if (this.redirections.length > 0) this.redirections.length = 0;
    this.answerRdatas = NO_RDATAS;
    this.host = undefined;
    this.plan = undefined;
    this.cause = undefined;
    this.failed = undefined;
    this.rcode = 0;
    this.isAuthoritative = false;
    this.isKnown = false;
    this.negativeTtl = undefined;
    this.isFromWildcard = false;
    this.referral = undefined;
    this.overflows = false;
    this.extendedError = undefined;
  }

  /** Goes on, after {@link begin}, with a query that waited: with the zone it began with and what was decided. */
  resume(zone: ServedZone, decisions: readonly Decision[], asksAlone = false): void {
    this.zone = zone;
    this.row = zone.attachment.counters.row;
    this.isResumed = true;
    this.decisions = decisions;
    this.asksAlone = asksAlone;
  }

  /** Notes that the fallback stands in for the host. The first of several counts: its CNAME may lead to a name that is well. */
  noteFallback(cause: FallbackCause): void {
    if (this.cause !== undefined) return;
    this.cause = cause;
    this.failed = this.host;
  }

  /** Makes a CNAME's target the name to look up. */
  follow(target: WireName): void {
    this.followed.push(target);
    for (let at = 0; at < target.length; at += 1) this.#target[at] = lowerCase(target[at] ?? 0);
    this.name = this.#target;
    this.nameLength = target.length;
    this.owner = target;
  }
}

const NOTHING = new Uint8Array(0);
const NOBODY: Requester = { transport: 'udp', address: '', reply: () => {} };
const NO_RDATAS: readonly Uint8Array[] = [];
const NO_DECISIONS: readonly Decision[] = [];
