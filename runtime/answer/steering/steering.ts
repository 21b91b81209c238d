/**
 * Evaluates a plan for one query: whom health leaves standing, whom weight, distance or the
 * client's subnet picks among them, and which addresses of the chosen pool are served.
 *
 * Plans are trees checked by plan/compile-plan.ts: depth and width are bounded, and nothing in
 * here fails. Who takes part in a choice is said in candidate.ts and eligible.ts.
 */
import { unreachable } from '../../base/assert.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Plan, Pool, RecordSet } from '../../plan/plan.ts';
import type { SteeringStep } from '../../rpc/explanation.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { ROOT } from '../../wire/name.ts';
import type { Facts } from '../facts/facts.ts';
import type { Choice } from './choice.ts';
import { Draw } from './draw.ts';
import { Eligible, NOBODY } from './eligible.ts';
import { candidateAt, type Group, isPool } from './group-members.ts';
import { pickBySubnet, pickNearest } from './pick.ts';
import { poolHealth } from './pool-health.ts';
import { SteeringTrace } from './steering-trace.ts';

/** The slot of what nothing checks. */
const UNCHECKED = -1;

export class Steering {
  readonly #health: HealthTable;
  readonly #facts: Facts;
  readonly #draw: Draw;
  readonly #eligible = new Eligible();
  #type = 0;
  #trace: SteeringTrace | undefined;

  constructor(health: HealthTable, facts: Facts, draw: Draw = new Draw()) {
    this.#health = health;
    this.#facts = facts;
    this.#draw = draw;
  }

  /** Puts into `into` what a plan comes to for this query; `steps` are told how. */
  choose(plan: Plan, type: number, into: Choice, steps?: SteeringStep[]): void {
    this.#type = type;
    this.#trace = steps && new SteeringTrace(steps, this.#health, this.#facts);
    this.#evaluate(plan, into);
  }

  #evaluate(plan: Plan, into: Choice): void {
    switch (plan.kind) {
      case 'records':
        this.#serve(plan.sets, undefined, into, true);
        break;
      case 'pool':
        this.#servePool(plan.pool, plan.ttl, into);
        break;
      case 'firstHealthy':
      case 'weighted':
      case 'nearest':
      case 'sticky':
        this.#chooseFrom(plan, into);
        break;
      case 'rotate':
        this.#evaluate(plan.of, into);
        this.#rotate(plan.count, into);
        break;
      case 'cname':
        into.setCname(plan.target, plan.ttl);
        break;
      case 'nodata':
      case 'nxdomain':
      case 'refuse':
      case 'servfail':
        into.setNothing(plan.kind);
        break;
      default:
        unreachable(plan);
    }
  }

  #chooseFrom(group: Group, into: Choice): void {
    const chosen = this.#eligible.mark(group, this.#health) ? this.#pick(group) : NOBODY;
    this.#trace?.group(group, this.#eligible, chosen);
    if (chosen === NOBODY) {
      into.setNothing('nodata');
      return;
    }
    const candidate = candidateAt(group, chosen);
    if (isPool(candidate)) this.#servePool(candidate, group.kind === 'nearest' ? group.ttl : undefined, into);
    else this.#evaluate(candidate, into);
  }

  #pick(group: Group): number {
    switch (group.kind) {
      case 'firstHealthy':
        return this.#eligible.first();
      case 'weighted':
        return this.#draw.byWeight(group.of, this.#eligible);
      case 'sticky':
        return pickBySubnet(group.of, this.#eligible, this.#facts.subnetHash());
      case 'nearest':
        return pickNearest(group.of, this.#eligible, this.#facts.location());
      default:
        return unreachable(group);
    }
  }

  /** `ttl` is that of the plan around a pool, for one that has none of its own. */
  #servePool(pool: Pool, ttl: number | undefined, into: Choice): void {
    const isDown = poolHealth(pool, this.#health) === 'down';
    this.#trace?.pool(pool, this.#type, isDown);
    if (isDown && pool.whenDown === 'empty') into.setNothing('nodata');
    else this.#serve(pool.sets, pool.ttl === undefined ? ttl : undefined, into, isDown);
  }

  /** The records of the type asked for: all of them, or those whose address is up. */
  #serve(
    sets: readonly RecordSet[],
    ttl: number | undefined,
    into: Choice,
    regardlessOfHealth: boolean,
  ): void {
    const set = this.#setFor(sets);
    if (set === undefined) into.setNothing('nodata');
    else if (set.type !== this.#type) into.setCname(set.rdatas[0] ?? ROOT, ttl ?? set.ttl);
    else this.#addUp(set, ttl ?? set.ttl, into, regardlessOfHealth);
  }

  #addUp(set: RecordSet, ttl: number, into: Choice, regardlessOfHealth: boolean): void {
    into.setRecords(set, ttl);
    const { slots } = set;
    if (!regardlessOfHealth && !this.#areUp(slots)) {
      into.keep((index) => this.#health.isUp(slots[index] ?? UNCHECKED));
    }
    if (into.rdatas.length === 0) into.setNothing('nodata');
  }

  #areUp(slots: readonly number[]): boolean {
    if (this.#health.areAllUp) return true;
    for (const slot of slots) if (!this.#health.isUp(slot)) return false;
    return true;
  }

  /** RFC 1034 §3.6.2: a CNAME answers every type. */
  #setFor(sets: readonly RecordSet[]): RecordSet | undefined {
    for (const set of sets) if (set.type === this.#type || set.type === RRTYPE.CNAME) return set;
    return undefined;
  }

  #rotate(count: number | undefined, into: Choice): void {
    const { length } = into.rdatas;
    if (length > 0) into.rotate(this.#draw.evenly(length), count ?? length);
  }
}
