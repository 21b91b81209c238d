/**
 * The health of targets as it was for each query: a line names those that were down among the pools of its policy. Lines
 * come in an order in which little changes, so the table of health is only touched where one differs from the one before.
 */
import { BoundedMap } from '../base/bounded-map.ts';
import type { HealthTable } from '../health/table.ts';
import { checkedSlots, type Pool, recordsInPool } from '../plan/plan.ts';
import { rdataToText } from '../wire/rdata/registry.ts';
import type { ImaginedHealth } from './imagined-health.ts';

/** Lists of targets whose slots are kept, and the characters of one at most. */
const MOST_LISTS = 1024;
const MOST_KEPT = 4096;

export class RecordedHealth {
  readonly #health: HealthTable;
  readonly #imagined: ImaginedHealth;
  readonly #zones = new Map<string, ZoneTargets>();
  /** By slot. */
  readonly #targets = new Map<number, number>();
  #known = new BoundedMap<string, ReadonlySet<number>>(MOST_LISTS);
  /** What the table is set to. */
  #key = '';
  #down: ReadonlySet<number> = new Set();

  constructor(health: HealthTable, imagined: ImaginedHealth) {
    this.#health = health;
    this.#imagined = imagined;
  }

  /** Learns of a zone, whose targets have these numbers in the table. */
  add(zone: string, pools: ReadonlyMap<string, Pool>, targets: Iterable<number>): void {
    this.#zones.set(zone, new ZoneTargets(pools));
    for (const target of targets) this.#targets.set(this.#health.slot(target), target);
    this.#imagined.add(zone, pools);
    this.#known = new BoundedMap(MOST_LISTS);
    this.#key = NO_KEY;
  }

  /** Sets the table to what a line of a zone says. Targets that the zone does not have any more are left out. */
  use(zone: string | undefined, down: readonly string[] = NONE): void {
    const key = down.length === 0 || zone === undefined ? '' : `${zone}\n${down.join('\n')}`;
    if (key === this.#key) return;
    this.#key = key;
    let slots = this.#known.get(key);
    if (slots === undefined) {
      slots = this.#withImagined(this.#zones.get(zone ?? '')?.slots(down) ?? NONE);
      if (key.length <= MOST_KEPT) this.#known.set(key, slots);
    }
    for (const slot of this.#down) if (!slots.has(slot)) this.#set(slot, 'up');
    for (const slot of slots) if (!this.#down.has(slot)) this.#set(slot, 'down');
    this.#down = slots;
  }

  #withImagined(slots: Iterable<number>): ReadonlySet<number> {
    const { down, up } = this.#imagined;
    return new Set([...slots, ...down].filter((slot) => !up.has(slot)));
  }

  #set(slot: number, state: 'up' | 'down'): void {
    const target = this.#targets.get(slot);
    if (target !== undefined) this.#health.set(target, state);
  }
}

const NONE: readonly never[] = [];
/** No line has it. */
const NO_KEY = '\n';

/** The slots of a zone's pools, by the texts of lines: `eu/192.0.2.1`, or `eu` for all of a pool. */
class ZoneTargets {
  readonly #slots = new Map<string, Set<number>>();
  readonly #byValue = new Map<string, Set<number>>();

  constructor(pools: ReadonlyMap<string, Pool>) {
    for (const pool of pools.values()) {
      this.#slots.set(pool.name, new Set(checkedSlots(pool)));
      for (const { type, rdata, slot } of recordsInPool(pool))
        this.#note(pool.name, rdataToText(type, rdata), slot);
    }
  }

  /** A pool that goes by another name today has its addresses still. */
  slots(down: readonly string[]): number[] {
    return down.flatMap((target) => {
      const value = target.slice(target.indexOf('/') + 1);
      return [...(this.#slots.get(target) ?? this.#byValue.get(value) ?? [])];
    });
  }

  #note(pool: string, value: string, slot: number): void {
    if (slot < 0) return;
    add(this.#slots, `${pool}/${value}`, slot);
    add(this.#byValue, value, slot);
  }
}

function add(into: Map<string, Set<number>>, key: string, slot: number): void {
  const slots = into.get(key) ?? new Set();
  slots.add(slot);
  into.set(key, slots);
}
