/** Chance that comes to the same each time. */

/** Seeds are whole numbers from 0 to this. */
export const MOST_SEED = 2 ** 32 - 1;

/** Numbers from 0 up to but not including 1, by the seed alone (mulberry32, by Tommy Ettinger). */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
