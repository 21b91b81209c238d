/**
 * One timer for any number of clocks. Armed only while something is due; a timer for each request
 * would cost more than the request.
 *
 * When this process itself was busy, the timer fires before the replies that arrived meanwhile are
 * read. So the judgement waits until the event loop has polled its sockets once more.
 */

export class Watchdog {
  readonly #judge: (now: number) => number;
  readonly #onTimer: () => void;
  #timer: NodeJS.Timeout | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;

  /** `judge` deals with what is overdue and returns when the next is due, Infinity for never. */
  constructor(judge: (now: number) => number) {
    this.#judge = judge;
    this.#onTimer = () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      setImmediate(() => this.arm(this.#judge(performance.now())));
    };
  }

  /** Sees to it that `judge` is called soon after this moment (performance.now() milliseconds). */
  arm(at: number): void {
    if (at >= this.#wakeAt) return;
    clearTimeout(this.#timer);
    this.#wakeAt = at;
    this.#timer = setTimeout(this.#onTimer, Math.max(1, Math.ceil(at - performance.now())));
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wakeAt = Number.NEGATIVE_INFINITY;
  }
}
