/**
 * Messages of a sandbox that wait to be handled. Checking a reply and answering by it may take a
 * millisecond, and hundreds of replies may lie in the pipe at once: so each turn of the loop handles them
 * for a millisecond, and reads nothing more while some are left.
 */
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop, turnsSoFar } from '../../base/loop/loop-watch.ts';
import { MOST_FROM_SANDBOX } from '../../rpc/framing.ts';

/** Milliseconds in one turn. The message that exceeds them is still handled to its end. */
const SLICE_MS = 1;

const REPLIES = foreignWork({
  name: 'replies of sandboxes',
  cause: 'policy',
  kind: 'sliced',
  // The slice, the last message in it, and the parsing of a frame.
  milliseconds: 3,
  octets: MOST_FROM_SANDBOX,
});

export interface InboxParts {
  /** Parses octets that were read, and hands their messages to {@link SandboxInbox.add}. */
  readonly read: (chunk: Buffer) => void;
  readonly take: (message: unknown) => void;
  /** Stops reading the pipe; `resume` goes on with it. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Turns of the loop so far. */
  readonly turns?: () => number;
  /** Calls back in a later turn. */
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

  /** Takes octets that were read. */
  receive(chunk: Buffer): void {
    const isMarked = loop.begin(REPLIES);
    this.#beginTurn();
    this.#parts.read(chunk);
    // Octets that arrive after the pause wait as well.
    if (!this.#isPaused) this.#work();
    if (isMarked) loop.end();
  }

  add(messages: readonly unknown[]): void {
    for (const message of messages) this.#messages.push(message);
  }

  /** Handles all messages that are left: no more octets come. */
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
    // An immediate set in the poll phase still runs in the same turn.
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
