/**
 * Messages of a sandbox that have not been dealt with. A reply may take a millisecond to check and to answer by, and
 * hundreds may lie in the pipe at once: so in each turn of the loop they are taken for a millisecond, and while some
 * are left nothing more is read.
 */
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop, turnsSoFar } from '../../base/loop/loop-watch.ts';
import { MOST_FROM_SANDBOX } from '../../rpc/framing.ts';

/** Milliseconds in one turn. The message that passes it is dealt with to its end. */
const SLICE_MS = 1;

const REPLIES = foreignWork({
  name: 'replies of sandboxes',
  cause: 'policy',
  kind: 'sliced',
  // The slice, what is last in it, and the parsing of a frame.
  milliseconds: 3,
  octets: MOST_FROM_SANDBOX,
});

export interface InboxParts {
  /** Parses what was read, and hands the messages to {@link SandboxInbox.add}. */
  readonly read: (chunk: Buffer) => void;
  readonly take: (message: unknown) => void;
  /** Ends and begins the reading of the pipe. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Turns of the loop so far. */
  readonly turns?: () => number;
  /** Calls back in a turn to come. */
  readonly nextTurn?: (callback: () => void) => void;
}

export class SandboxInbox {
  readonly #parts: Required<InboxParts>;
  #messages: unknown[] = [];
  #next = 0;
  #turn = -1;
  #until = 0;
  #isPaused = false;

  constructor(parts: InboxParts) {
    this.#parts = { turns: turnsSoFar, nextTurn: setImmediate, ...parts };
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** Octets have been read. */
  receive(chunk: Buffer): void {
    const isMarked = loop.begin(REPLIES);
    this.#beginTurn();
    this.#parts.read(chunk);
    // What was on its way when the reading ended waits as well.
    if (!this.#isPaused) this.#work();
    if (isMarked) loop.end();
  }

  add(messages: readonly unknown[]): void {
    for (const message of messages) this.#messages.push(message);
  }

  /** Takes all that is left: nothing more comes. */
  finish(): void {
    this.#until = Number.POSITIVE_INFINITY;
    this.#work();
  }

  #beginTurn(): void {
    const turn = this.#parts.turns();
    if (turn === this.#turn) return;
    this.#turn = turn;
    this.#until = performance.now() + SLICE_MS;
  }

  #work(): void {
    let isTime = true;
    while (isTime && this.#next < this.#messages.length) {
      this.#parts.take(this.#messages[this.#next++]);
      isTime = performance.now() < this.#until;
    }
    if (this.#next === this.#messages.length) {
      this.#messages = [];
      this.#next = 0;
    }
    if (isTime) return;
    this.#isPaused = true;
    this.#parts.pause();
    this.#parts.nextTurn(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    // An immediate of the poll phase runs in the same turn still.
    if (this.#parts.turns() === this.#turn) {
      this.#parts.nextTurn(this.#onTurn);
      return;
    }
    const isMarked = loop.begin(REPLIES);
    this.#beginTurn();
    this.#isPaused = false;
    this.#work();
    if (isMarked) loop.end();
    if (!this.#isPaused) this.#parts.resume();
  };
}
