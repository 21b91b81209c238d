/**
 * Queries that waited for a decision, once it is known what became of it. To answer one takes ten microseconds and
 * more, and thousands may be told at once: those that joined one decision, those whose deadline is over, those that a
 * sandbox had been asked when it ended. So in each turn of the loop they are answered for a millisecond, in the
 * order they were told, and queries that come meanwhile have their turn.
 */
import { foreignWork } from '../base/loop/foreign-work.ts';
import { loop } from '../base/loop/loop-watch.ts';

/** Milliseconds of one turn. The query that passes it is answered. */
export const RESUMPTION_MS = 1;
/** Less than this is not counted against turns to come: the next turn need not be waited for. */
const LITTLE_MS = 0.25;
const RESUMING = foreignWork({
  name: 'queries that waited',
  cause: 'policy',
  kind: 'sliced',
  milliseconds: RESUMPTION_MS + 1,
  octets: 65_535,
});

export class Resumptions {
  readonly #sliceMs: number;
  #queries: (() => void)[] = [];
  #next = 0;
  #spentMs = 0;
  #isWorking = false;
  #isArmed = false;

  constructor(sliceMs = RESUMPTION_MS) {
    this.#sliceMs = sliceMs;
  }

  /** Answers a query: at once where there is time in this turn, or in its turn. */
  add(query: () => void): void {
    this.#queries.push(query);
    if (!this.#isWorking && this.#spentMs < this.#sliceMs) this.#work();
  }

  #work(): void {
    const isMarked = loop.begin(RESUMING);
    this.#isWorking = true;
    const since = performance.now() - this.#spentMs;
    while (this.#next < this.#queries.length && this.#spentMs < this.#sliceMs) {
      this.#queries[this.#next++]?.();
      this.#spentMs = performance.now() - since;
    }
    this.#isWorking = false;
    if (this.#next === this.#queries.length) {
      this.#queries = [];
      this.#next = 0;
    }
    if (isMarked) loop.end();
    if (this.#spentMs > LITTLE_MS) this.#arm();
  }

  /** In the next turn there is time again. */
  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    setImmediate(() => {
      this.#isArmed = false;
      this.#spentMs = 0;
      if (this.#queries.length > 0) this.#work();
    });
  }
}
