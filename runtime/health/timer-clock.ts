/** The clock and timers of a schedule, which tests replace with their own. */

export interface TimerClock {
  /** Milliseconds since 1970; never goes back. */
  now(): number;
  /** Calls `run` once, later; returns a function that cancels this. */
  after(ms: number, run: () => void): () => void;
}

/** The longest wait of the system's timers; a zone may expire later than that. */
const MOST_MS = 2 ** 31 - 1;

/** The system's clock. Its timers keep no process alive. */
export const systemClock: TimerClock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, run) {
    // Each probed target waits this way: one timer and one function are all it takes.
    if (ms > MOST_MS) return afterLong(ms, run);
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

function afterLong(ms: number, run: () => void): () => void {
  let cancel = systemClock.after(MOST_MS, () => {
    cancel = systemClock.after(ms - MOST_MS, run);
  });
  return () => cancel();
}
