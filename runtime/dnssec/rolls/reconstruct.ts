/** Makes a state from key files alone, where there is none: a zone moved in, or a state that was lost. */
import { keyOfFacts, newestOf, timesInUse } from './begin.ts';
import type { KeyFacts } from './key-facts.ts';
import { emptyState, isLive, type RollState } from './roll-state.ts';

/**
 * Keys that were in use stay in use, all of them: whichever the parent's DS is of, the zone validates. With the
 * newest keys the zone is signed for the first time once more, so that everything is seen anew before a DS is
 * asked for. No other key ends by that; an operator's roll ends those that are too many.
 */
export function reconstruct(
  zone: string,
  facts: readonly KeyFacts[],
  parentDelay: number,
  now: number,
): RollState {
  const empty = emptyState(zone, now);
  const used = facts.filter(({ times }) =>
    [times.publish, times.activate].some((time) => (time ?? now + 1) <= now),
  );
  const keys = used.map((key) => keyOfFacts(key, key.role, timesInUse(key.times, now))).filter(isLive);
  if (keys.length === 0) return empty;
  const newest = (['csk', 'ksk', 'zsk'] as const).map((role) => newestOf(keys, role)?.tag);
  const newTags = newest.filter((tag) => tag !== undefined);
  const blank = { stage: -1, step: 'start', began: now, since: now, until: undefined } as const;
  const dsComesUntil = now + parentDelay;
  return {
    ...empty,
    keys,
    roll: { kind: 'sign', ...blank, dsComesUntil, oldTags: [], newTags, dsBefore: undefined },
  };
}
