/** Time for the schedule, so that tests can drive it by hand. */

export interface TimerClock {
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Runs something later, once; returns what calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** The longest that the system's timers can wait; the expiry of a zone may be later. */
const MOST_MS = 2 ** 31 - 1;

/** The real one. Its timers keep no process alive. */
export const systemClock: TimerClock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, run) {
    let timer: NodeJS.Timeout | undefined;
    const wait = (left: number): void => {
      timer = setTimeout(
        () => (left > MOST_MS ? wait(left - MOST_MS) : run()),
        Math.min(left, MOST_MS),
      ).unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};
