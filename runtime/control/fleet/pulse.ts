/**
 * Whether a process still does anything. It is pinged, and each ping is answered by its own loop; what counts is how
 * long it has been silent by our own clock, which stands still while we are held up ourselves: after a stall, timers
 * run before what has arrived meanwhile is read.
 */

/** Milliseconds between two looks. */
export const LOOK_MS = 250;

/** As many times the usual may pass between two looks; a longer time is a stall of our own, and counts as no more. */
const MOST_BETWEEN = 1.5;

/** One process. */
export class Pulse {
  #wasHeard = true;
  #silentMs = 0;

  /** How long it has said nothing though it was asked, in milliseconds. */
  get silentMs(): number {
    return this.#silentMs;
  }

  /** It said something, be it a reply to a ping or not. */
  beat(): void {
    this.#wasHeard = true;
  }

  /** So much of our time has passed since the look before, at which it was pinged. */
  look(passedMs: number): void {
    this.#silentMs = this.#wasHeard ? 0 : this.#silentMs + passedMs;
    this.#wasHeard = false;
  }
}

/** Looks again and again, each time after all channels have been read; returns what ends that. */
export function keepLooking(lookMs: number, look: (passedMs: number) => void): () => void {
  let lookedAt = performance.now();
  let isOver = false;
  const timer = setInterval(() => {
    // Immediates run after the loop has read what was there to be read when the timer was due.
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
