/**
 * Who takes part in one choice: those that have an answer to the type asked for, and are not down for it. Where all of
 * the choice is down, those with such an answer take part as if they were up (fail open), except those that would
 * rather not be served then. While A is up somewhere and AAAA nowhere, AAAA is NODATA: clients have where to go.
 */
import type { HealthTable } from '../../health/table.ts';
import type { Measure } from '../../health/values.ts';
import { allAnswer, anySheds, shedsAlone } from '../../plan/answered-types.ts';
import type { Candidates } from '../../plan/kind.ts';
import { NOBODY } from '../../plan/kind.ts';
import { keptPart } from '../../plan/kinds/shed.ts';
import type { Choosing, Plan } from '../../plan/plan.ts';
import { mayBeAlias } from '../../plan/plan-aliases.ts';
import { isAddressType, RRTYPE } from '../../wire/iana/rrtype.ts';
import {
  isDown,
  isEmptyWhenDown,
  isOutForType,
  isReluctant,
  isUpFor,
  mayAnswer,
  memberAt,
  shareOfPlan,
} from './group-members.ts';
import { poolMeasure } from './pool-health.ts';

/** One flag per member of the choice at hand; reused for the next choice. */
export class Eligible implements Candidates {
  /** All take part, whatever the flags are. */
  #areAll = false;
  readonly #flags: boolean[] = [];
  /** Of each member, while {@link isPartial}. */
  readonly #shares: number[] = [];
  #count = 0;
  /** How many members take part. */
  count = 0;
  /** All are down, and those that take part do so as if they were up. */
  failsOpen = false;
  /** The type was not looked at: {@link narrow} may be called once somebody is picked. */
  isForAll = false;
  /** {@link narrow} was called. */
  isNarrowed = false;
  /** Some that take part get only a share. */
  isPartial = false;

  /** The choice at hand. */
  #plan: Choosing | undefined;
  #health: HealthTable | undefined;

  /** Marks which members of a choice take part; false if none does. */
  mark(plan: Choosing, type: number, health: HealthTable): boolean {
    const anyone = this.#mark(plan, type, health);
    this.isPartial = (health.arePartial || anySheds(plan)) && this.#notesShares(plan, health);
    if (this.isPartial && this.#areAll) this.#flagAll();
    return anyone;
  }

  /** Leaves one out that was picked, as long as others take part. */
  leaveOut(index: number): void {
    this.#flags[index] = false;
    this.count -= 1;
  }

  share(index: number): number {
    return this.isPartial ? (this.#shares[index] ?? 1) : 1;
  }

  /** From now on by flags: somebody may be left out. */
  #flagAll(): void {
    this.#areAll = false;
    for (let index = 0; index < this.#count; index += 1) this.#flags[index] = true;
  }

  #mark(plan: Choosing, type: number, health: HealthTable): boolean {
    this.#count = plan.of.length;
    this.#plan = plan;
    this.#health = health;
    this.failsOpen = false;
    this.isNarrowed = false;
    this.isForAll = plan.together && isAddressType(type);
    // As nearly always.
    this.#areAll = health.areAllUp && allAnswer(plan, type);
    if (this.#areAll) {
      this.count = this.#count;
      return true;
    }
    if (!this.isForAll) {
      this.count = 0;
      for (let index = 0; index < this.#count; index += 1)
        this.#set(index, isUpFor(memberAt(plan, index), type, health));
      if (this.count === this.#count) return true;
      // A name that is an alias for one type and not for another is none for resolvers (RFC 2181 §10.1): whether it is
      // one is decided for all types alike.
      this.isForAll = mayBeAlias(plan);
      if (!this.isForAll && this.count > 0) return true;
    }
    return this.isForAll ? this.#markAll(plan, health) : this.#failOpen(plan, type, health);
  }

  /**
   * Of an alias among others, leaves those that are none and are up for the type. Called where the choice was made for
   * all types, and came to a member that has nothing for this one. False if nobody is left.
   */
  narrow(plan: Choosing, type: number, health: HealthTable): boolean {
    this.isNarrowed = true;
    this.count = 0;
    for (let index = 0; index < this.#count; index += 1) {
      const member = memberAt(plan, index);
      this.#set(index, !mayBeAlias(member) && isUpFor(member, type, health));
    }
    return this.count > 0;
  }

  has(index: number): boolean {
    return this.#areAll || this.#flags[index] === true;
  }

  /** The first that takes part. */
  first(): number {
    if (this.#areAll) return 0;
    for (let index = 0; index < this.#count; index += 1) if (this.#flags[index]) return index;
    return NOBODY;
  }

  measured(index: number, measure: Measure): number {
    if (this.#plan === undefined || this.#health === undefined) return Number.POSITIVE_INFINITY;
    const member = memberAt(this.#plan, index);
    return member.kind === 'pool'
      ? poolMeasure(member.pool, measure, this.#health)
      : Number.POSITIVE_INFINITY;
  }

  /** By all that they could serve. */
  #markAll(plan: Choosing, health: HealthTable): boolean {
    this.count = 0;
    for (let index = 0; index < this.#count; index += 1)
      this.#set(index, !isDown(memberAt(plan, index), health));
    if (this.count > 0) return true;
    this.failsOpen = true;
    for (let index = 0; index < this.#count; index += 1)
      this.#set(index, !isReluctant(memberAt(plan, index), health));
    return this.count > 0 || this.#markFailing(plan, health);
  }

  #failOpen(plan: Choosing, type: number, health: HealthTable): boolean {
    this.count = 0;
    for (let index = 0; index < this.#count; index += 1) {
      const member = memberAt(plan, index);
      if (isAddressType(type) && hasAddressUp(member, health)) return this.#nobody();
      const mayServe = !isReluctant(member, health) && !isOutForType(member, type, health);
      this.#set(index, mayAnswer(member, type) && mayServe);
    }
    this.failsOpen = true;
    return this.count > 0 || this.#markFailing(plan, health);
  }

  /** Where nobody is left to answer, those that would rather fail than deny. */
  #markFailing(plan: Choosing, health: HealthTable): boolean {
    for (let index = 0; index < this.#count; index += 1) {
      const member = memberAt(plan, index);
      this.#set(index, isReluctant(member, health) && !isEmptyWhenDown(member, health));
    }
    return this.count > 0;
  }

  /** Whether any has less than all. Who fails open is as if nobody had said a thing of him. */
  #notesShares(plan: Choosing, health: HealthTable): boolean {
    let isAnyLess = false;
    for (let index = 0; index < this.#count; index += 1) {
      const share = this.failsOpen ? 1 : shareOfMember(memberAt(plan, index), health);
      this.#shares[index] = share;
      isAnyLess ||= share < 1;
    }
    return isAnyLess;
  }

  #nobody(): false {
    this.count = 0;
    for (let index = 0; index < this.#count; index += 1) this.#flags[index] = false;
    return false;
  }

  #set(index: number, takesPart: boolean): void {
    this.#flags[index] = takesPart;
    if (takesPart) this.count += 1;
  }
}

/** Which part of what it would get it gets: operators drain it, or it sheds load. */
function shareOfMember(member: Plan, health: HealthTable): number {
  const share = shareOfPlan(member, health);
  if (!shedsAlone(member)) return share;
  const { low, high } = member;
  const [alone] = member.of;
  const load = alone === undefined ? Number.POSITIVE_INFINITY : poolMeasure(alone.pool, 'load', health);
  const kept = keptPart(load, low, high);
  return share * Math.max(kept, NEARLY_NOTHING);
}

/** A share of nothing at all would leave nobody among members that all have it. */
const NEARLY_NOTHING = 1e-300;

function hasAddressUp(member: ReturnType<typeof memberAt>, health: HealthTable): boolean {
  return isUpFor(member, RRTYPE.A, health) || isUpFor(member, RRTYPE.AAAA, health);
}
