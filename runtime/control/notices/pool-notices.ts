/** Tells of targets that go down and come back, and of pools of which nothing is left. */
import type { HealthSubject } from '../../health/combination.ts';
import type { StateChange } from '../../health/health-listeners.ts';
import type { Pool } from '../../plan/plan.ts';
import { isBelow, slotWeights } from '../../plan/pools/up-when.ts';
import type { NoticeBoard } from './notice-board.ts';

interface WatchedPool {
  readonly subject: string;
  readonly targets: readonly string[];
  /** By target. */
  readonly weights: readonly number[];
  /** Percent of the weight that have to be up; absent where anything that is up is enough. */
  readonly percent: number | undefined;
}

export class PoolNotices {
  readonly #notices: Pick<NoticeBoard, 'began' | 'over'>;
  /** What is known of targets, by id: at a start nothing is, and nothing is over because of that. */
  readonly #states = new Map<string, 'up' | 'down'>();
  readonly #zones = new Map<string, readonly WatchedPool[]>();
  /** Most targets are in one pool: all of those share a list that the pool makes, which nobody changes. */
  readonly #byTarget = new Map<string, readonly WatchedPool[]>();

  constructor(notices: Pick<NoticeBoard, 'began' | 'over'>) {
    this.#notices = notices;
  }

  /** The pools of a zone as control has read them: their slots are indices of its targets. */
  setZone(
    zone: string,
    targets: readonly HealthSubject[],
    pools: ReadonlyMap<string, Pool> = new Map(),
  ): void {
    const before = this.#zones.get(zone) ?? [];
    for (const pool of before) for (const id of pool.targets) this.#leave(id, pool);
    const after = [...pools.values()].flatMap((pool): WatchedPool[] => {
      const weighed = [...slotWeights(pool)].flatMap(([slot, weight]) => {
        const target = targets[slot];
        return target === undefined ? [] : [{ id: target.id, weight }];
      });
      const ids = weighed.map(({ id }) => id);
      const weights = weighed.map(({ weight }) => weight);
      const subject = `${zone}/${pool.name}`;
      return ids.length === 0 ? [] : [{ subject, targets: ids, weights, percent: pool.upWhen?.percent }];
    });
    for (const pool of after) this.#enter(pool);
    if (after.length > 0) this.#zones.set(zone, after);
    else this.#zones.delete(zone);
    const kept = new Set(after.map(({ subject }) => subject));
    for (const { subject } of before)
      if (!kept.has(subject)) this.#notices.over('pool', subject, `pool ${subject} is there no more`);
    for (const pool of after) this.#judge(pool);
  }

  /** The pools that are watched. */
  get subjects(): ReadonlySet<string> {
    return new Set([...this.#zones.values()].flat().map(({ subject }) => subject));
  }

  note({ id, state, problem, isRecalled, isPart }: StateChange): void {
    // What counts together with others is told of as a whole.
    if (state === 'unknown' || isPart === true) return;
    if (state === 'gone') this.#states.delete(id);
    else this.#states.set(id, state);
    const shown = id.replace(/ every=\d+ timeout=[^;)]*/g, '');
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

  #judge({ subject, targets, weights, percent = 0 }: WatchedPool): void {
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    const states = targets.map((id) => this.#states.get(id));
    const weightOf = (counts: (state: 'up' | 'down' | undefined) => boolean): number =>
      weights.reduce((sum, weight, at) => (counts(states[at]) ? sum + weight : sum), 0);
    const atMost = weightOf((state) => state !== 'down');
    const isBegun = states.includes('down') && isBelow(atMost, all, percent);
    if (isBegun)
      this.#notices.began('pool', subject, `pool ${subject} is down: ${downText(atMost, all, percent)}`);
    else if (
      !states.includes(undefined) ||
      !isBelow(
        weightOf((state) => state === 'up'),
        all,
        percent,
      )
    )
      this.#notices.over('pool', subject, `pool ${subject} is up`);
  }

  #enter(pool: WatchedPool): void {
    const alone = [pool];
    for (const id of pool.targets) {
      const others = this.#byTarget.get(id);
      this.#byTarget.set(id, others === undefined ? alone : [...others, pool]);
    }
  }

  #leave(id: string, pool: WatchedPool): void {
    const others = this.#byTarget.get(id)?.filter((other) => other !== pool) ?? [];
    if (others.length > 0) this.#byTarget.set(id, others);
    else this.#byTarget.delete(id);
  }
}

function downText(up: number, all: number, percent: number): string {
  if (up === 0) return 'none of its targets is up';
  return `${Math.floor((100 * up) / all)} % of it is up, ${percent} % is wanted`;
}
