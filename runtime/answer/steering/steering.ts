/**
 * Evaluates a plan for one query: whom health leaves standing, whom the plan's kind picks among them (plan/kinds/),
 * and which addresses of the chosen pool are served.
 *
 * Plans are trees checked by plan/compile-plan.ts: depth and width are bounded, and nothing in
 * here fails. Who takes part in a choice is said in group-members.ts and eligible.ts.
 */
import { unreachable } from '../../base/assert.ts';
import { fnv1aOfOctets } from '../../base/structures/fnv.ts';
import type { HealthTable } from '../../health/table.ts';
import { setFor } from '../../plan/answered-types.ts';
import { type AskedFor, NOBODY } from '../../plan/kind.ts';
import type { Arranging, Choosing, LeafPlan, Plan, Pool, RecordSet } from '../../plan/plan.ts';
import { arrange, choosingKind, pick } from '../../plan/plan-kinds.ts';
import type { SteeringStep } from '../../rpc/explanation.ts';
import { isLeaf } from '../../rpc/plan-fold.ts';
import { ROOT } from '../../wire/name.ts';
import type { Facts } from '../facts/facts.ts';
import type { Choice } from './choice.ts';
import { Draw } from './draw.ts';
import { Eligible } from './eligible.ts';
import { isUpFor, memberAt } from './group-members.ts';
import { HealthyHints } from './healthy-hints.ts';
import { NearTtl } from './near-ttl.ts';
import { isPoolOut, poolHealth, poolShare } from './pool-health.ts';
import { SteeringTrace } from './steering-trace.ts';

/** The slot of what nothing checks. */
const UNCHECKED = -1;

/** The name that is looked up: lower case, `nameLength` octets. */
interface Named {
  readonly name: Uint8Array;
  readonly nameLength: number;
}

export class Steering implements AskedFor {
  readonly #health: HealthTable;
  readonly #facts: Facts;
  readonly #draw: Draw;
  readonly #eligible = new Eligible();
  #type = 0;
  #trace: SteeringTrace | undefined;
  /** A pool that is down answers, or was to. */
  #isLastResort = false;
  /** What plans are chosen for. */
  named: Named = NO_NAME;
  /** So many answer processes share all queries. */
  processes = 1;
  /** Whether TTLs fall as a change of health comes near. */
  ttlFalls = true;
  readonly #nearTtl: NearTtl;
  readonly #hints: HealthyHints;

  constructor(health: HealthTable, facts: Facts, draw: Draw = new Draw()) {
    this.#health = health;
    this.#facts = facts;
    this.#draw = draw;
    this.#nearTtl = new NearTtl(health);
    this.#hints = new HealthyHints(health);
  }

  /** Puts into `into` what a plan comes to for this query; `steps` are told how. */
  choose(plan: Plan, type: number, into: Choice, steps?: SteeringStep[]): void {
    this.#type = type;
    const told = steps?.length ?? 0;
    this.#look(plan, into, steps);
    // Those that are held back for flapping are looked at where nobody else is left.
    if (this.#health.areAnyHeld && (this.#isLastResort || into.rdatas.length === 0)) {
      this.#health.takesHeld = true;
      if (steps !== undefined) steps.length = told;
      this.#look(plan, into, steps);
      this.#health.takesHeld = false;
    }
    into.originalTtl = into.ttl;
    const nearing = into.pool?.nearing;
    if (nearing !== undefined && this.ttlFalls) into.ttl = this.#nearTtl.of(plan, nearing, into.ttl);
    // The original TTL, which signatures have (RFC 4034 §3.1.4), stays: what is left of the target's only falls below it.
    const alias = into.pool?.alias;
    if (alias !== undefined) into.ttl = Math.min(into.ttl, alias.secondsLeft(type));
    // What is only explained is answered to nobody.
    const load = into.pool?.load;
    if (load === undefined || steps !== undefined) return;
    load.add();
    into.load = load;
  }

  #look(plan: Plan, into: Choice, steps: SteeringStep[] | undefined): void {
    into.pool = undefined;
    this.#isLastResort = false;
    this.#trace = steps && new SteeringTrace(steps, this.#health, this.#facts);
    this.#evaluate(plan, into);
  }

  nameHash(): number {
    return fnv1aOfOctets(this.named.name, this.named.nameLength);
  }

  #evaluate(plan: Plan, into: Choice): void {
    // Most plans end in a pool.
    if (plan.kind === 'pool') this.#servePool(plan.pool, plan.ttl, into);
    else if (isLeaf(plan)) this.#end(plan, into);
    else if (isChoosing(plan)) this.#chooseAmong(plan, into);
    else this.#arrange(plan, into);
  }

  #end(leaf: LeafPlan, into: Choice): void {
    switch (leaf.kind) {
      case 'records':
        this.#serve(leaf.sets, undefined, into, true);
        break;
      case 'pool':
        this.#servePool(leaf.pool, leaf.ttl, into);
        break;
      case 'cname':
        into.setCname(leaf.target, leaf.ttl);
        break;
      case 'nodata':
      case 'nxdomain':
      case 'refuse':
      case 'servfail':
        into.setNothing(leaf.kind);
        break;
      default:
        unreachable(leaf);
    }
  }

  #chooseAmong(plan: Choosing, into: Choice): void {
    const chosen = this.#eligible.mark(plan, this.#type, this.#health) ? this.#pick(plan) : NOBODY;
    this.#trace?.choice(plan, this.#type, this.#eligible, chosen);
    if (chosen === NOBODY) into.setNothing('nodata');
    else this.#evaluate(memberAt(plan, chosen), into);
  }

  #pick(plan: Choosing): number {
    const picked = this.#pickOne(plan);
    if (!this.#eligible.isForAll || plan.together) return picked;
    // What stands beside an alias was chosen for all types, and steps back where it has nothing for this one.
    if (this.#eligible.failsOpen || isUpFor(memberAt(plan, picked), this.#type, this.#health)) return picked;
    return this.#eligible.narrow(plan, this.#type, this.#health) ? this.#pickOne(plan) : NOBODY;
  }

  /** Who is being drained is passed over as often as he gets no share, as long as somebody else takes part. */
  #pickOne(plan: Choosing): number {
    let picked = pick(plan, this.#eligible, this.#facts, this.#draw, this);
    if (!this.#eligible.isPartial || choosingKind(plan).goesByShare === true) return picked;
    while (this.#eligible.count > 1 && this.#isPassedOver(this.#eligible.share(picked))) {
      this.#eligible.leaveOut(picked);
      picked = pick(plan, this.#eligible, this.#facts, this.#draw, this);
    }
    return picked;
  }

  #isPassedOver(share: number): boolean {
    return share < 1 && !this.#draw.happens(share);
  }

  #arrange(plan: Arranging, into: Choice): void {
    this.#evaluate(plan.of, into);
    if (into.rdatas.length === 0) return;
    into.isArranged = true;
    arrange(plan, into, this.#draw);
  }

  /** `ttl` is that of the plan around a pool, for one that has none of its own. */
  #servePool(pool: Pool, ttl: number | undefined, into: Choice): void {
    const isDown = poolHealth(pool, this.#health) === 'down';
    into.pool = pool;
    if (isDown) this.#isLastResort = true;
    this.#trace?.pool(pool, this.#type, isDown);
    if (isDown && (pool.whenDown !== 'all' || isPoolOut(pool, this.#health))) this.#serveInstead(pool, into);
    else this.#serve(pool.sets, pool.ttl === undefined ? ttl : undefined, into, isDown, pool);
    if (pool.overridden !== undefined && this.#health.arePartial && !isDown && into.rdatas.length > 1)
      this.#thin(pool, into);
  }

  /** What a pool has answered in its place while it is down. */
  #serveInstead(pool: Pool, into: Choice): void {
    const { sets, whenDown } = pool;
    if (whenDown === 'empty' || whenDown === 'all') into.setNothing('nodata');
    // A type that the pool does not have is denied for good, up or down.
    else if (whenDown === 'servfail')
      into.setNothing(setFor(sets, this.#type) === undefined ? withoutSet(pool, this.#type) : 'servfail');
    else {
      into.pool = undefined;
      this.#evaluate(whenDown, into);
    }
  }

  /** Leaves addresses out that are drained further than the rest of their pool, as often as they get no share. */
  #thin(pool: Pool, into: Choice): void {
    const slots = setFor(pool.sets, this.#type)?.slots.filter((slot) => this.#health.isUp(slot)) ?? [];
    const most = poolShare(pool, this.#health);
    const kept = slots.map((slot) => !this.#isPassedOver(this.#health.share(slot) / most));
    if (kept.includes(true) && kept.includes(false)) into.keep((index) => kept[index] === true);
  }

  /** The records of the type asked for: all of them, or those whose address is up. */
  #serve(
    sets: readonly RecordSet[],
    ttl: number | undefined,
    into: Choice,
    regardlessOfHealth: boolean,
    pool?: Pool,
  ): void {
    const found = setFor(sets, this.#type);
    const hasHints = found !== undefined && pool?.hinted !== undefined && !regardlessOfHealth;
    const set = hasHints ? this.#hints.of(pool, found) : found;
    if (set === undefined) into.setNothing(withoutSet(pool, this.#type));
    else if (set.type !== this.#type) into.setCname(set.rdatas[0] ?? ROOT, ttl ?? set.ttl);
    else this.#addUp(set, ttl ?? set.ttl, into, regardlessOfHealth);
  }

  #addUp(set: RecordSet, ttl: number, into: Choice, regardlessOfHealth: boolean): void {
    into.setRecords(set, ttl);
    const { slots } = set;
    if (regardlessOfHealth) this.#dropOut(slots, into);
    else if (!this.#areUp(slots)) into.keep((index) => this.#health.isUp(slots[index] ?? UNCHECKED));
    if (into.rdatas.length === 0) into.setNothing('nodata');
  }

  /** What operators have taken out is not served even where nothing else is left. */
  #dropOut(slots: readonly number[], into: Choice): void {
    if (this.#health.areAllUp || !slots.some((slot) => this.#health.isOut(slot))) return;
    into.keep((index) => !this.#health.isOut(slots[index] ?? UNCHECKED));
  }

  #areUp(slots: readonly number[]): boolean {
    if (this.#health.areAllUp) return true;
    for (const slot of slots) if (!this.#health.isUp(slot)) return false;
    return true;
  }
}

const NO_NAME: Named = { name: new Uint8Array(1), nameLength: 1 };

/** Where a pool has no records of a type. What nobody knows is not denied: resolvers keep what they had (RFC 8767 §4). */
function withoutSet(pool: Pool | undefined, type: number): 'nodata' | 'servfail' {
  return pool?.alias?.isUnknown(type) === true ? 'servfail' : 'nodata';
}

function isChoosing(plan: Choosing | Arranging): plan is Choosing {
  return Array.isArray(plan.of);
}
