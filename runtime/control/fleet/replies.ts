/** Replies of one answer process that control waits for, by the id of the request. */
import type { FromAnswer } from '../../rpc/control-protocol.ts';

export type Reply = Extract<
  FromAnswer,
  { t: 'applied' | 'stats' | 'explained' | 'unexplained' | 'released' | 'in-force' }
>;

export class AwaitedReplies {
  readonly #waiting = new Map<number, (reply: Reply | undefined) => void>();
  #nextId = 1;

  /**
   * Sends a request under an id of its own; resolves with the reply, or `undefined` when the process ends
   * first.
   */
  await(send: (id: number) => void): Promise<Reply | undefined> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      send(id);
    });
  }

  /**
   * Hands over a reply. A reply that is read after the end of its process is dropped: its request has ended.
   */
  settle(id: number, reply: Reply): void {
    this.#waiting.get(id)?.(reply);
    this.#waiting.delete(id);
  }

  /** Called when the process has ended. */
  end(): void {
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}
