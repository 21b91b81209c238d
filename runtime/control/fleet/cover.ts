/**
 * Which process reads from which set of sockets. Each process has its own; while that one is away or says nothing,
 * another reads from it as well, for the kernel goes on putting there what its clients ask.
 */
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import type { AnswerChild } from './answer-child.ts';

export class Cover {
  /** By set. */
  readonly #guardians = new Map<number, AnswerChild>();

  /**
   * Sees to it that one of the processes that are well reads from each set. `isAttended`: whether its own process does;
   * there may be sets that no process has for its own.
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

/** The process that reads it already goes on; else each set has another process, as far as there are enough. */
function chosen(
  before: AnswerChild | undefined,
  well: readonly AnswerChild[],
  index: number,
): AnswerChild | undefined {
  return before !== undefined && well.includes(before) ? before : well[index % well.length];
}
