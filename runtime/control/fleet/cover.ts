/**
 * Which process reads from which set of sockets. Each process has its own set; while it is away or silent,
 * another process reads from the set as well, for the kernel goes on putting queries there.
 */
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import type { AnswerChild } from './answer-child.ts';

export class Cover {
  /** Processes that read from the set of another, by set. */
  readonly #guardians = new Map<number, AnswerChild>();

  /**
   * Makes one of the processes that are `well` read from each set. `isAttended`: whether the set's own
   * process reads from it; some sets may have no process of their own.
   */
  arrange(
    sets: ReadonlyMap<number, SocketSet>,
    isAttended: (set: number) => boolean,
    well: readonly AnswerChild[],
  ): void {
    for (const [index, set] of sets) {
      const before = this.#guardians.get(index);
      const guardian = isAttended(index) ? undefined : chosen(before, well, index);
      if (guardian === before) continue;
      before?.leave(index);
      guardian?.adopt(index, set);
      if (guardian === undefined) this.#guardians.delete(index);
      else this.#guardians.set(index, guardian);
    }
  }
}

/**
 * The process that reads from the set already goes on; otherwise sets are spread over processes, as far as
 * there are enough.
 */
function chosen(
  before: AnswerChild | undefined,
  well: readonly AnswerChild[],
  index: number,
): AnswerChild | undefined {
  return before !== undefined && well.includes(before) ? before : well[index % well.length];
}
