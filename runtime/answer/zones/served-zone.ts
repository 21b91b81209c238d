/**
 * One version of a zone as this process serves it: the tree of its records, and beside it all that
 * answering by its policy needs. A version is never changed; a query that began with one ends with
 * it, whatever is published meanwhile.
 */
import { assert } from '../../base/assert.ts';
import { atOnce, type Steps } from '../../base/loop/steps.ts';
import type { ReadySignatures } from '../../dnssec/presigned/ready-signatures.ts';
import type { HealthTable } from '../../health/table.ts';
import type { History } from '../../journal/history.ts';
import { TeamLimits } from '../../limits/team-limits.ts';
import { leastStatedTtlIn, leastStatedTtlOf } from '../../plan/least-ttl.ts';
import type { Manifest } from '../../plan/manifest.ts';
import {
  type SentHost,
  type SentPlans,
  sentManifestInSteps,
  type WrittenPlans,
} from '../../plan/manifest-octets.ts';
import type { Plan, Pool } from '../../plan/plan.ts';
import type { PlanContext } from '../../plan/plan-reader.ts';
import { decodeNetworkLists, type NetworkLists, NO_LISTS } from '../../rpc/facts/network-lists.ts';
import type { PolicyBody } from '../../rpc/policy-body.ts';
import type { PolicyUpdate, ZoneUpdate } from '../../rpc/zone-update.ts';
import { Breaker } from '../../runner/breaker.ts';
import { policyKey } from '../../runner/policy-key.ts';
import { namesEqual, nameToText, type WireName } from '../../wire/name.ts';
import { zoneNameFromText } from '../../wire/zone-id.ts';
import { type Zone, zoneOfImage } from '../../zone/zone.ts';
import { isWildcard } from '../../zone/zone-index.ts';
import type { Counters, ZoneCounters } from '../counting/counters.ts';
import type { Fact } from '../facts/fact.ts';
import { Memo } from '../memo/memo.ts';
import type { MemoSpace } from '../memo/memo-space.ts';
import { ToldQueries } from '../resumptions.ts';
import { type SigningOutcome, type SigningParts, servedSigning } from './served-signing.ts';

/** What a zone has with it. */
export interface Served {
  /** Lower case, no final dot. */
  readonly id: string;
  readonly version: string;
  /** Why names without static records get SERVFAIL. */
  readonly broken: string | undefined;
  /** Whether the policy is what did not load of a zone that is broken. */
  readonly lacksPolicy: boolean;
  /** Why its static records are not served; `unloaded`: it has files, and this process has none of it yet. */
  readonly withheld: ZoneUpdate['withheld'] | 'unloaded';
  readonly policy: ServedPolicy | undefined;
  /** Whether the records of a set are answered in another order each time (cycle.ts). */
  readonly isCyclic: boolean;
  /** How it is signed; `undefined` where it is not. */
  readonly signing: SigningOutcome | undefined;
  readonly counters: ZoneCounters;
  /** What led to this version, once control has told it. */
  history: History | undefined;
  /** All of it with the signatures that control has made, once those are there. */
  signed: ReadySignatures | undefined;
}

export type ServedZone = Zone<Served>;

export interface ServedPolicy {
  /** Names the version in the sandbox: `example.com@1a2b3c4d`. */
  readonly key: string;
  readonly file: string;
  /** For explain. */
  readonly written: WrittenPlans;
  readonly pools: Manifest['pools'];
  /** Those with an alias, also where they stand in for others. */
  readonly aliased: readonly Pool[];
  /** The lists of networks that it imports. */
  readonly lists: NetworkLists;
  /** Of the targets of its pools: held in the table of health until the version is served no more. */
  readonly slots: readonly number[];
  readonly fallback: Manifest['fallback'];
  /** In the order of the zone's hosts. */
  readonly hosts: readonly ServedHost[];
  readonly budgetMs: number;
  readonly deadlineMs: number;
  /** Why it is not to be run at all. */
  readonly quarantined: string | undefined;
  /** Why single hosts are not to be run, by key; `undefined` if all may. */
  readonly stoppedHosts: ReadonlyMap<string, string> | undefined;
  readonly breaker: Breaker;
  /** When a query last had to go without a decision that did not come in time; performance.now(). */
  lateAt: number;
  /** Queries that wait for it, see responder.ts. */
  waiting: number;
  /** Those of them whose decision is known. */
  readonly told: ToldQueries;
  readonly memo: Memo;
}

/** A decision as it was read: its plan, and what it goes by. */
export interface DecisionReading {
  /** The version of the zone that the plan was checked in. */
  readonly zone: ServedZone;
  readonly plan: Plan;
  /** What was read, in order; `undefined` for what is no fact. */
  readonly facts: readonly (Fact | undefined)[];
  /** What of the client's address it depends on, of NEEDS in fact.ts. */
  readonly needs: number;
}

/**
 * Its constant plan is made when it is first asked for: most of ten thousand are never asked for, and each would be
 * several objects, which V8 visits again and again.
 */
export class ServedHost {
  readonly key: string;
  readonly name: WireName;
  readonly index: number;
  readonly isWildcard: boolean;
  /** For plans its handler returns. */
  readonly planContext: PlanContext;
  /** Whether its name exists whatever it decides; `undefined` until that is asked. */
  existsAnyway: boolean | undefined = undefined;
  /** What its handler was told to have decided before (ask-policy.ts); none in most of ten thousand. */
  readings: WeakMap<object, DecisionReading> | undefined = undefined;
  #nameText: string | undefined = undefined;
  readonly #place: number;
  readonly #plans: SentPlans;
  #plan: Plan | null | undefined = undefined;
  #leastTtl: number | undefined = undefined;

  constructor({ key, name, place }: SentHost, index: number, plans: SentPlans, planContext: PlanContext) {
    this.key = key;
    this.name = name;
    this.index = index;
    this.isWildcard = isWildcard(name);
    this.planContext = planContext;
    this.#place = place;
    this.#plans = plans;
  }

  /** Its name as policies read it: lower case, no final dot. */
  get nameText(): string {
    this.#nameText ??= nameToText(this.name).slice(0, -1);
    return this.#nameText;
  }

  /** Its constant plan, or `null` if a handler decides. */
  get plan(): Plan | null {
    if (this.#plan === undefined) this.#plan = this.#plans.at(this.#place);
    return this.#plan;
  }

  /**
   * Seconds: no answer of the host whose TTL is stated and known lives shorter, so that nothing its handler denies is
   * denied for longer: it may grant it a moment later. A constant plan says itself what can come. A fallback stands in for
   * all answers, and does not count.
   */
  get leastTtl(): number {
    this.#leastTtl ??= this.plan === null ? leastStatedTtlOf(this.planContext) : Number.POSITIVE_INFINITY;
    return this.#leastTtl;
  }

  /** Learns of an answer of its handler; returns whether none before lived shorter. */
  noteTtl(plan: Plan): boolean {
    const least = leastStatedTtlIn(plan, this.planContext);
    if (least >= this.leastTtl) return false;
    this.#leastTtl = least;
    return true;
  }
}

/** What is served of an update: all of it but the script, which is for the sandbox. */
export type ServedUpdate = Omit<ZoneUpdate, 'policy'> & {
  readonly policy?: Omit<PolicyUpdate, 'script' | 'targets'> & Pick<PolicyBody, 'targets'>;
};

/** What building a zone takes beside its update. */
export interface ServedZoneContext {
  readonly health: HealthTable;
  readonly counters: Counters;
  /** For what its policies decide. */
  readonly memory: MemoSpace;
  readonly signing: SigningParts;
}

/** Builds a zone from what control sent; control has checked all of it. */
export function buildServedZone(update: ServedUpdate, context: ServedZoneContext): ServedZone {
  return atOnce(servedZoneInSteps(update, context));
}

/** The same, with a step for each pool and host of its policy. */
export function* servedZoneInSteps(update: ServedUpdate, context: ServedZoneContext): Steps<ServedZone> {
  const origin = zoneOrigin(update.zone);
  const policy = update.policy && (yield* buildPolicy(update, update.policy, origin, context));
  const attachment: { -readonly [K in keyof Served]: Served[K] } = {
    id: update.zone,
    version: update.version,
    broken: update.broken,
    lacksPolicy: update.lacksPolicy === true,
    withheld: update.withheld,
    policy,
    isCyclic: update.isCyclic === true,
    signing: undefined,
    counters: context.counters.zone(update.zone),
    history: undefined,
    signed: undefined,
  };
  const zone = zoneOfImage<Served>(origin, update.image, attachment);
  if (update.signing) attachment.signing = servedSigning(update.zone, update.signing, zone, context.signing);
  return zone;
}

/** The wire form of a zone's id. */
export function zoneOrigin(id: string): WireName {
  const read = zoneNameFromText(id);
  assert(read.ok, `control sends valid names: ${id}`);
  return read.value;
}

function* buildPolicy(
  update: Pick<ZoneUpdate, 'zone' | 'version'>,
  policy: NonNullable<ServedUpdate['policy']>,
  zone: WireName,
  context: ServedZoneContext,
): Steps<ServedPolicy> {
  const { health } = context;
  const slots: number[] = [];
  const manifest = yield* sentManifestInSteps(policy.manifest, (index) => {
    const target = policy.targets[index];
    assert(target !== undefined, 'control sends a number for each target');
    const slot = health.slot(target);
    health.hold(slot);
    slots.push(slot);
    return slot;
  });
  const { ttl, statesTtl, pools, fallback, hosts, plans, aliased, written } = manifest;
  const limits = policy.limits && new TeamLimits(policy.limits, zone);
  const [apart, atApex] = [false, true].map(
    (apex): PlanContext => ({ zone, pools, ttl, statesTtl, apex, limits }),
  );
  assert(apart !== undefined && atApex !== undefined, 'there are two');
  const served: ServedHost[] = [];
  for (const [index, host] of hosts.entries()) {
    yield;
    served.push(new ServedHost(host, index, plans, namesEqual(host.name, zone) ? atApex : apart));
  }
  return {
    key: policyKey(update),
    file: policy.file,
    written,
    pools,
    aliased,
    lists: policy.lists === undefined ? NO_LISTS : decodeNetworkLists(policy.lists),
    slots,
    fallback,
    hosts: served,
    budgetMs: policy.budgetMs,
    deadlineMs: policy.deadlineMs,
    quarantined: policy.quarantined,
    stoppedHosts: policy.stoppedHosts && new Map(Object.entries(policy.stoppedHosts)),
    breaker: new Breaker(),
    lateAt: Number.NEGATIVE_INFINITY,
    waiting: 0,
    told: new ToldQueries(),
    memo: new Memo(context.memory),
  };
}
