/**
 * A pool of which operators have said something. Each of its records gets a slot of its own in the table of health,
 * which has what was said of it, or else follows what the probes say; steering reads it as any other, and other pools
 * that are probed alike see nothing of it.
 *
 * Records other than addresses, which nothing probes, are as well as their pool (group-members.ts): their slots follow
 * those of the others.
 */
import type { Steps } from '../../base/loop/steps.ts';
import type { Forced, PoolOverride } from '../../health/overrides/zone-overrides.ts';
import type { HealthTable, SlotFollower } from '../../health/table.ts';
import { setWithSlots } from '../../plan/encoded-set.ts';
import type { Pool, PoolOverriding, RecordSet } from '../../plan/plan.ts';
import { isAddressType } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

/** Records in one step. */
const AT_ONCE = 512;

export class OverriddenPool implements SlotFollower {
  readonly #pool: Pool;
  readonly #override: PoolOverride;
  readonly #health: HealthTable;
  /** As they are without the override. */
  readonly #sets: readonly RecordSet[];
  /** Of each record: the slot of its own, that of its target, and what was said of it. */
  readonly #own: number[] = [];
  readonly #target: number[] = [];
  readonly #forced: (Forced | undefined)[] = [];
  /** By the slot of a target. */
  readonly #records = new Map<number, number[]>();
  readonly #unfollow: (() => void)[] = [];
  /** Records of which nothing is known by themselves; of the others, how many there are and how many are up. */
  readonly #followers = new Set<number>();
  #countKnown = 0;
  #countUp = 0;
  #isSettled = false;

  private constructor(pool: Pool, override: PoolOverride, health: HealthTable) {
    this.#pool = pool;
    this.#override = override;
    this.#health = health;
    this.#sets = pool.overridden?.sets ?? pool.sets;
  }

  /** Overrides a pool, which may be overridden: its sets change at one go. */
  static *inSteps(pool: Pool, override: PoolOverride, health: HealthTable): Steps<OverriddenPool> {
    const made = new OverriddenPool(pool, override, health);
    const some = new Map(override.some);
    const sets: RecordSet[] = [];
    for (const set of made.#sets) {
      const slots: number[] = [];
      for (const [index, rdata] of set.rdatas.entries()) {
        // An alias has few records, and may get others between two steps.
        if (index % AT_ONCE === 0 && pool.alias === undefined) yield;
        const isAddress = isAddressType(set.type);
        const forced = (isAddress ? some.get(rdataToText(set.type, rdata)) : undefined) ?? override.whole;
        slots.push(made.#add(set.slots[index] ?? UNPROBED, forced, isAddress));
      }
      sets.push(setWithSlots(set, slots));
    }
    made.#settle();
    made.#show(sets, { override, sets: made.#sets });
    return made;
  }

  changed(slot: number): void {
    if (!this.#isSettled) return;
    for (const record of this.#records.get(slot) ?? []) {
      const own = this.#own[record] ?? UNPROBED;
      const wasUp = this.#health.isUp(own);
      this.#mark(record);
      const isUp = this.#health.isUp(own);
      if (wasUp !== isUp) this.#countUp += isUp ? 1 : -1;
    }
    this.#markFollowers();
  }

  /** Whether the pool goes by this override. */
  get isInForce(): boolean {
    return this.#pool.overridden?.override === this.#override;
  }

  /** Puts the pool back as it is without an override. */
  restore(): void {
    this.#show(this.#sets, undefined);
  }

  /** Gives its slots back, which no query reads any more. */
  *disposeInSteps(): Steps<void> {
    for (const unfollow of this.#unfollow) unfollow();
    for (const [index, slot] of this.#own.entries()) {
      if (index % AT_ONCE === 0) yield;
      this.#health.disown(slot);
    }
  }

  #show(sets: readonly RecordSet[], overridden: PoolOverriding | undefined): void {
    this.#pool.sets = sets;
    this.#pool.overridden = overridden;
    // Replies that are kept were made by the sets before.
    this.#health.changes += 1;
  }

  #add(target: number, forced: Forced | undefined, isAddress: boolean): number {
    const own = this.#health.own();
    const record = this.#own.push(own) - 1;
    this.#target.push(target);
    this.#forced.push(forced);
    if (target < 0) {
      if (forced === undefined && !isAddress) this.#followers.add(record);
      return own;
    }
    const known = this.#records.get(target);
    if (known !== undefined) known.push(record);
    else {
      this.#records.set(target, [record]);
      this.#unfollow.push(this.#health.follow(target, this));
    }
    return own;
  }

  /** Marks all records for the first time: targets may have changed between two steps. */
  #settle(): void {
    for (const [record, own] of this.#own.entries()) {
      if (this.#followers.has(record)) continue;
      this.#mark(record);
      this.#countKnown += 1;
      if (this.#health.isUp(own)) this.#countUp += 1;
    }
    this.#markFollowers();
    this.#isSettled = true;
  }

  #mark(record: number): void {
    const own = this.#own[record] ?? UNPROBED;
    const forced = this.#forced[record];
    const target = this.#target[record] ?? UNPROBED;
    const isSaid = forced === 'up' || forced === 'down';
    if (isSaid) this.#health.mark(own, forced);
    else if (forced === 0) this.#health.mark(own, 'out');
    else this.#health.mark(own, this.#health.stateOf(target), forced);
    this.#health.markNear(own, isSaid || forced === 0 || target < 0 ? 0 : this.#health.near(target));
  }

  #markFollowers(): void {
    const state = this.#countKnown > 0 && this.#countUp === 0 ? 'down' : 'up';
    for (const record of this.#followers) this.#health.mark(this.#own[record] ?? UNPROBED, state);
  }
}

/** The slot of a record that no check covers. */
const UNPROBED = -1;
