/**
 * Look-ups of one name that are one: those that began at nearly the same time, with nearly as much time. Others go on their own,
 * so that no probe waits longer for a name, or less long, than it would alone.
 */

/** The part of a look-up's time by which another's may end before or after it. */
const APART = 0.1;

interface Running<T> {
  readonly deadline: number;
  readonly outcome: Promise<T>;
  readonly over: AbortController;
  users: number;
}

export class JoinedLookups<T> {
  readonly #running = new Map<string, Running<T>>();
  readonly #givenUp: T;

  /** `givenUp` is the outcome for who gives up. */
  constructor(givenUp: T) {
    this.#givenUp = givenUp;
  }

  /** Begins a look-up, or joins one; `deadline` is in milliseconds of `performance.now()`. It ends when all have given it up. */
  async find(
    name: string,
    { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal },
    begin: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal.aborted) return this.#givenUp;
    const own = this.#alike(name, deadline) ?? this.#begin(name, deadline, begin);
    own.users += 1;
    const { promise, resolve } = Promise.withResolvers<T>();
    const giveUp = (): void => resolve(this.#givenUp);
    signal.addEventListener('abort', giveUp);
    own.outcome.then(resolve, giveUp);
    const outcome = await promise;
    signal.removeEventListener('abort', giveUp);
    own.users -= 1;
    if (own.users === 0) this.#end(name, own);
    return outcome;
  }

  #alike(name: string, deadline: number): Running<T> | undefined {
    const running = this.#running.get(name);
    if (running === undefined) return undefined;
    const room = APART * (deadline - performance.now());
    return Math.abs(running.deadline - deadline) <= room ? running : undefined;
  }

  #begin(name: string, deadline: number, begin: (signal: AbortSignal) => Promise<T>): Running<T> {
    const over = new AbortController();
    const running = { deadline, outcome: begin(over.signal), over, users: 0 };
    this.#running.set(name, running);
    return running;
  }

  #end(name: string, running: Running<T>): void {
    running.over.abort();
    if (this.#running.get(name) === running) this.#running.delete(name);
  }
}
