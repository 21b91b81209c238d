/**
 * Queries that waited for a decision, once it is known what became of it. To answer one takes ten microseconds and
 * more, a hundred where it is signed, and thousands may be told at once: those that joined one decision, those whose deadline
 * is over, those that a sandbox had been asked when it ended. So in each turn of the loop they are answered for a
 * millisecond, and queries that come meanwhile have their turn. Policies take turns, so that a flood of queries for one makes
 * those for another wait for one of its queries and not for all.
 */
import { foreignWork } from '../base/loop/foreign-work.ts';
import { loop } from '../base/loop/loop-watch.ts';
import { Line, Link } from '../base/structures/line.ts';
import { Queue } from '../base/structures/queue.ts';

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

/** The queries of one policy that are to be answered, in the order in which they were told. */
export class ToldQueries extends Link<ToldQueries> {
  readonly queue = new Queue<() => void>();
}

export class Resumptions {
  readonly #sliceMs: number;
  /** Policies that have such queries, next first. */
  readonly #line = new Line<ToldQueries>();
  #spentMs = 0;
  #isWorking = false;
  #isArmed = false;

  constructor(sliceMs = RESUMPTION_MS) {
    this.#sliceMs = sliceMs;
  }

  /** Answers a query of a policy: at once where there is time in this turn, or in its turn. */
  add(told: ToldQueries, query: () => void): void {
    told.queue.push(query);
    if (told.line === undefined) this.#line.add(told);
    if (!this.#isWorking && this.#spentMs < this.#sliceMs) this.#work();
  }

  #work(): void {
    const isMarked = loop.begin(RESUMING);
    this.#isWorking = true;
    const since = performance.now() - this.#spentMs;
    while (this.#spentMs < this.#sliceMs) {
      const told = this.#line.first;
      const query = told?.queue.oldest;
      if (told === undefined || query === undefined) break;
      if (told.queue.advance() === undefined) this.#line.remove(told);
      else if (this.#line.length > 1) this.#line.add(told);
      query();
      this.#spentMs = performance.now() - since;
    }
    this.#isWorking = false;
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
      if (this.#line.length > 0) this.#work();
    });
  }
}
