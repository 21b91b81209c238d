/**
 * A reply in the making, and all that the steps see that make it: find, decide, steer, additional. Of the query they see
 * the question, which is in the key of every reply that is kept. Whatever else a client or the world can vary is reached
 * by what notes it in the {@link Draft.dependence} of the reply: facts, steering, and the methods below. A step that
 * takes a Draft cannot forget to note, since it has nothing else to read.
 */
import type { Plan } from '../plan/plan.ts';
import type { SteeringStep } from '../rpc/explanation.ts';
import { MAX_NAME_LENGTH, type WireName, writeLowerCase } from '../wire/name.ts';
import type { ExtendedError } from '../wire/opt.ts';
import type { Query } from '../wire/query.ts';
import type { RRset } from '../wire/record.ts';
import { Lookup } from '../zone/lookup.ts';
import type { Decision, FallbackCause } from './decision.ts';
import { DEPENDS, type Dependence } from './facts/dependence.ts';
import type { Facts } from './facts/facts.ts';
import type { RecordingNotes } from './recording/notes.ts';
import { Sections } from './sections.ts';
import { Choice } from './steering/choice.ts';
import type { Steering } from './steering/steering.ts';
import type { ServedHost, ServedZone } from './zones/served-zone.ts';

/** What a reply is found by again, of the query. */
export type QuestionAsked = Readonly<Pick<Query, 'name' | 'nameLength' | 'type'>>;

/** The facts that note what is read; those for a sandbox are noted by what its policy says it has read. */
export type NotingFacts = Pick<
  Facts,
  'value' | 'subnetKey' | 'note' | 'noteAll' | 'location' | 'place' | 'subnetHash' | 'moment' | 'forSandbox'
>;

/** The record that steps add to. */
export type NotingDependence = Pick<Dependence, 'note'>;

/** What a draft is made with. */
export interface DraftParts {
  readonly query: QuestionAsked;
  readonly facts: NotingFacts;
  readonly steering: Steering;
  readonly dependence: NotingDependence;
}

/**
 * What a negative answer denies. `name` and `type`: the records of the zone have no such name, or none of the type.
 * `policy-name` and `policy-type`: a policy says so, and may say otherwise a moment later.
 */
export type Denied = 'name' | 'type' | 'policy-name' | 'policy-type';

export abstract class Draft {
  // They are only declared, so that V8 sees each assigned once and need not look which class it is.
  declare readonly query: QuestionAsked;
  declare readonly facts: NotingFacts;
  declare readonly steering: Steering;
  declare readonly dependence: NotingDependence;
  readonly sections = new Sections();
  readonly found = new Lookup();
  readonly choice = new Choice();

  zone: ServedZone | undefined;
  /** Where the zone's queries are counted; 0 for none. */
  row = 0;
  /** What has been decided for this query already. */
  decisions: readonly Decision[] = NO_DECISIONS;
  /** Decisions for it that were taken from memory. */
  memoHits = 0;
  /** For explain only: how the answer is steered. Such a query runs the policy, whatever the memo knows. */
  steps: SteeringStep[] | undefined;
  /** Of a query that is recorded: what its answer rests on. A reply that is kept answers it where its line is kept as well. */
  notes: RecordingNotes | undefined;
  /** The name looked up: the question's, or where a CNAME led. Lower case; `nameLength` octets of it. */
  name: Uint8Array;
  nameLength = 0;
  /** The same name as owner of records; `undefined` where it is the question's. */
  owner: WireName | undefined;
  /** CNAME targets followed so far. */
  readonly followed: WireName[] = [];
  /** Owners of DNAMEs met so far: one may redirect many a name of a chain, and stands in the answer once. */
  readonly redirections: WireName[] = [];
  host: ServedHost | undefined;
  plan: Plan | undefined;
  /** Why a fallback stands in the answer, and whose. */
  cause: FallbackCause | undefined;
  failed: ServedHost | undefined;

  isAuthoritative = false;
  /** There is no such name, or there are no such records: what the answer denies, and by whom. */
  denial: Denied | undefined;
  /** There was no time to sign it: the client is to come back over TCP. */
  isPutOff = false;
  /** A wildcard stood in, for the name or for one a CNAME led to. */
  isFromWildcard = false;
  #rcode = 0;
  #extendedError: ExtendedError | undefined;
  #referral: RRset | undefined;
  readonly #target = new Uint8Array(MAX_NAME_LENGTH);

  constructor({ query, facts, steering, dependence }: DraftParts) {
    this.query = query;
    this.facts = facts;
    this.steering = steering;
    this.dependence = dependence;
    this.name = query.name;
    steering.named = this;
  }

  get rcode(): number {
    return this.#rcode;
  }

  get extendedError(): ExtendedError | undefined {
    return this.#extendedError;
  }

  /** Other servers answer: their NS RRset. */
  get referral(): RRset | undefined {
    return this.#referral;
  }

  /** Says what the reply comes to. */
  conclude(rcode: number, extendedError?: ExtendedError): void {
    this.#rcode = rcode;
    this.#extendedError = extendedError;
    if (rcode !== 0 || extendedError !== undefined) this.dependence.note(DEPENDS.ERROR);
  }

  /** Says that other servers answer. */
  refer(servers: RRset): void {
    this.#referral = servers;
    this.dependence.note(DEPENDS.REFERRAL);
  }

  /** performance.now() milliseconds. */
  now(): number {
    this.dependence.note(DEPENDS.TIME);
    return performance.now();
  }

  /** Whether the client has a switch on, one of those of DEPENDS. */
  abstract isOn(which: number): boolean;

  /** The name of the question in the case the client wrote it in, and what follows it in the packet. */
  abstract spelling(): Uint8Array;

  /** Whether the answer section as collected so far fits. */
  abstract answerFits(): boolean;

  /** Notes that the fallback stands in for the host. The first of several counts: its CNAME may lead to a name that is well. */
  noteFallback(cause: FallbackCause): void {
    this.dependence.note(DEPENDS.ERROR);
    if (this.cause !== undefined) return;
    this.cause = cause;
    this.failed = this.host;
  }

  /** Makes a CNAME's target the name to look up. */
  follow(target: WireName): void {
    this.followed.push(target);
    writeLowerCase(target, this.#target);
    this.name = this.#target;
    this.nameLength = target.length;
    this.owner = target;
  }

  /** Forgets the reply before. */
  protected clear(): void {
    this.zone = undefined;
    this.row = 0;
    this.decisions = NO_DECISIONS;
    this.memoHits = 0;
    this.notes = undefined;
    this.name = this.query.name;
    this.owner = undefined;
    this.choice.load = undefined;
    if (this.followed.length > 0) this.followed.length = 0;
    if (this.redirections.length > 0) this.redirections.length = 0;
    this.host = undefined;
    this.plan = undefined;
    this.cause = undefined;
    this.failed = undefined;
    this.isAuthoritative = false;
    this.denial = undefined;
    this.isPutOff = false;
    this.isFromWildcard = false;
    this.#rcode = 0;
    this.#extendedError = undefined;
    this.#referral = undefined;
  }
}

const NO_DECISIONS: readonly Decision[] = [];

/** Whether the name that is looked for is this one, octet for octet. */
export function isNamed({ name, nameLength }: Pick<Draft, 'name' | 'nameLength'>, wanted: WireName): boolean {
  if (wanted.length !== nameLength) return false;
  for (let at = 0; at < nameLength; at += 1) if (wanted[at] !== name[at]) return false;
  return true;
}
