/**
 * Whether an answer process still does anything. Control pings it, and its own loop answers each ping. What
 * counts is for how long it has been silent by a clock of control that stands still while control is held up
 * itself: after a stall, timers run before the messages that have arrived meanwhile are read.
 */

/** Milliseconds between two looks. */
export const LOOK_MS = 250;

/**
 * The time between two looks counts as so many times the usual at most: a longer time is a stall of control
 * itself.
 */
const MOST_BETWEEN = 1.5;

/** The pulse of one process. */
export class Pulse {
  #wasHeard = true;
  #silentMs = 0;

  /** Milliseconds that the process has been silent though it was pinged. */
  get silentMs(): number {
    return this.#silentMs;
  }

  /** Called when the process said anything, be it a reply to a ping or not. */
  beat(): void {
    this.#wasHeard = true;
  }

  /**
   * Called at each look, when the process is pinged; so much of control's time has passed since the look
   * before.
   */
  look(passedMs: number): void {
    this.#silentMs = this.#wasHeard ? 0 : this.#silentMs + passedMs;
    this.#wasHeard = false;
  }
}

/** Looks again and again, each time after all channels have been read; returns a function that ends this. */
export function keepLooking(lookMs: number, look: (passedMs: number) => void): () => void {
  let lookedAt = performance.now();
  let isOver = false;
  const timer = setInterval(() => {
    // Immediates run after the loop has read what had arrived when the timer was due.
    setImmediate(() => {
      if (isOver) return;
      const now = performance.now();
      const passedMs = Math.min(now - lookedAt, lookMs * MOST_BETWEEN);
      lookedAt = now;
      look(passedMs);
    });
  }, lookMs).unref();
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}
