/**
 * One timer for any number of clocks. It is armed only while something is due; a timer for each request
 * would cost more than the request.
 *
 * When this process itself was busy, the timer fires before the process has read the replies that arrived
 * meanwhile. So the judgement waits until the event loop has polled its sockets once more.
 *
 * Timers of Node are up to two milliseconds late, too late for a request that the judge wants to look at
 * again. For those the timer is set early, and the event loop waits out the rest turn by turn.
 */
import { foreignWork } from '../base/loop/foreign-work.ts';
import { loop } from '../base/loop/loop-watch.ts';

const EARLY_MS = 2;
const JUDGEMENT = foreignWork({
  name: 'judgement of sandboxes',
  cause: 'policy',
  kind: 'metered',
  milliseconds: 1,
  // The judge reads so much about a process below /proc.
  octets: 4096,
});

export class Watchdog {
  readonly #judge: (now: number) => number;
  readonly #onTimer = (): void => this.#nextTurn();
  readonly #onTurn = (): void => this.#look();
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  /** Whether the moment is so near that a timer would miss it. */
  #isNear = false;

  /** `judge` deals with what is overdue and returns when the next is due, Infinity for never. */
  constructor(judge: (now: number) => number) {
    this.#judge = judge;
  }

  /** Sees to it that `judge` is called soon after this moment (performance.now() milliseconds). */
  arm(at: number): void {
    if (at < this.#wakeAt) this.#set(at, Math.max(1, Math.ceil(at - performance.now())));
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#wakeAt = Number.NEGATIVE_INFINITY;
  }

  #look(): void {
    const now = performance.now();
    if (this.#isNear && now < this.#wakeAt) {
      this.#nextTurn();
      return;
    }
    this.#wakeAt = Number.POSITIVE_INFINITY;
    const isMarked = loop.begin(JUDGEMENT);
    const due = this.#judge(now);
    if (isMarked) loop.end();
    // The judge has armed this for an earlier moment, or stopped it.
    if (due >= this.#wakeAt) return;
    const left = due - performance.now();
    this.#set(due, Math.max(0, Math.floor(left - EARLY_MS)));
    if (left <= EARLY_MS) this.#approach();
  }

  #set(at: number, sleepMs: number): void {
    this.#wakeAt = at;
    this.#isNear = false;
    this.#sleep(sleepMs);
  }

  #approach(): void {
    clearTimeout(this.#timer);
    this.#isNear = true;
    this.#nextTurn();
  }

  #sleep(milliseconds: number): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#timer = setTimeout(this.#onTimer, milliseconds);
    this.#timer.unref();
  }

  #nextTurn(): void {
    this.#turn = setImmediate(this.#onTurn);
  }
}
