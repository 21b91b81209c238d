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
