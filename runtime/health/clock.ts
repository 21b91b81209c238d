/** Time for the schedule, so that tests can drive it by hand. */

export interface Clock {
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Runs something later, once; returns what calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** The real one. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
