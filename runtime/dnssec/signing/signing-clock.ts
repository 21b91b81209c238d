/**
 * The clock by which signatures are made. A system's clock that is set back does not take it along: signatures that
 * end before now are bogus, and control says that the clock is wrong.
 */

/** Milliseconds by which clocks are set back all the time. */
const SLACK_MS = 60_000;

/**
 * Seconds since 1970. `wall` and `steady` are clocks in milliseconds, the second one that nobody sets. What the two
 * said at first holds: a clock that leaps ahead is followed, as after a machine has slept, and followed back again.
 */
export function signingClock(wall = Date.now, steady = () => performance.now()): () => number {
  const begin = wall() - steady();
  return () => {
    const now = wall();
    const least = begin + steady();
    return Math.floor((now < least - SLACK_MS ? least : now) / 1000);
  };
}
