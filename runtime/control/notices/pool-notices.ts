/** Tells of targets that go down and come back, and of pools of which nothing is left. */
import type { StateChange } from '../../health/monitor.ts';
import type { Target } from '../../health/target.ts';
import { checkedSlots, type Pool } from '../../plan/plan.ts';
import type { NoticeBoard } from './notice-board.ts';

interface WatchedPool {
  readonly subject: string;
  readonly targets: readonly string[];
}

export class PoolNotices {
  readonly #notices: Pick<NoticeBoard, 'began' | 'over'>;
  /** Ids of targets that are down. */
  readonly #down = new Set<string>();
  readonly #zones = new Map<string, readonly WatchedPool[]>();
  readonly #byTarget = new Map<string, Set<WatchedPool>>();

  constructor(notices: Pick<NoticeBoard, 'began' | 'over'>) {
    this.#notices = notices;
  }

  /** The pools of a zone as control has read them: their slots are indices of its targets. */
  setZone(zone: string, targets: readonly Target[], pools: ReadonlyMap<string, Pool> = new Map()): void {
    const before = this.#zones.get(zone) ?? [];
    for (const pool of before) for (const id of pool.targets) this.#byTarget.get(id)?.delete(pool);
    const after = [...pools.values()].flatMap((pool): WatchedPool[] => {
      const ids = [...checkedSlots(pool)].flatMap((slot) => targets[slot]?.id ?? []);
      return ids.length === 0 ? [] : [{ subject: `${zone}/${pool.name}`, targets: ids }];
    });
    for (const pool of after) for (const id of pool.targets) this.#setOf(id).add(pool);
    if (after.length > 0) this.#zones.set(zone, after);
    else this.#zones.delete(zone);
    for (const id of before.flatMap((pool) => pool.targets))
      if (this.#byTarget.get(id)?.size === 0) this.#byTarget.delete(id);
    const kept = new Set(after.map(({ subject }) => subject));
    for (const { subject } of before)
      if (!kept.has(subject)) this.#notices.over('pool', subject, `pool ${subject} is there no more`);
    for (const pool of after) this.#judge(pool);
  }

  note({ id, state, problem, isRecalled }: StateChange): void {
    if (state === 'unknown') return;
    if (state === 'down') this.#down.add(id);
    else this.#down.delete(id);
    const shown = id.replace(/ every=\d+ timeout=.*$/, '');
    if (state === 'down' && isRecalled !== true)
      this.#notices.began(
        'target',
        id,
        `target ${shown} is down${problem === undefined ? '' : `: ${problem}`}`,
      );
    else if (state === 'up') this.#notices.over('target', id, `target ${shown} is up`);
    else if (state === 'gone') this.#notices.over('target', id, `target ${shown} is probed no more`);
    for (const pool of this.#byTarget.get(id) ?? []) this.#judge(pool);
  }

  #judge({ subject, targets }: WatchedPool): void {
    if (targets.every((id) => this.#down.has(id)))
      this.#notices.began('pool', subject, `pool ${subject} is down: none of its targets is up`);
    else this.#notices.over('pool', subject, `pool ${subject} is up`);
  }

  #setOf(id: string): Set<WatchedPool> {
    const known = this.#byTarget.get(id) ?? new Set();
    this.#byTarget.set(id, known);
    return known;
  }
}
