/**
 * Decides which streams are read. Hundreds of sockets can be readable in one turn of the event loop, and Node
 * reads all of them in it: TLS is decrypted, and keys are agreed on, before our code runs. A socket that is
 * stopped before libuv comes to it is not read in this turn: libuv checks what a socket waits for right before
 * its callback.
 */
import { Circle, type Member } from './circle.ts';

/** One stream, as far as reading is concerned. */
export interface Gate extends Member {
  /** Whether its conversation reads; the gate of a busy conversation is left alone. */
  readonly isReading: boolean;
  /** Whether anything was read since {@link start}. */
  readonly hasRead: boolean;
  stop(): void;
  start(): void;
}

export class Gates {
  readonly #open = new Set<Gate>();
  /**
   * Gates that were opened last. They are not shut before they have read something or libuv has polled the
   * sockets: otherwise the socket that libuv comes to last might never be read.
   */
  readonly #fresh = new Set<Gate>();
  readonly #shut = new Circle<Gate>();
  /** How many gates to open next. */
  #step = 1;

  get areShut(): boolean {
    return !this.#shut.isEmpty;
  }

  add(gate: Gate): void {
    this.#open.add(gate);
  }

  remove(gate: Gate): void {
    this.#open.delete(gate);
    this.#fresh.delete(gate);
    this.#shut.remove(gate);
  }

  /** Shuts all gates until they are opened again: one socket may have two megabytes to read in a turn. */
  shut(): void {
    for (const gate of this.#open) this.#stop(gate, this.#open);
    this.shutFresh();
  }

  /**
   * Shuts the fresh gates that have read something by now; if this turn `isLong` already, all but the one
   * that was opened first.
   */
  shutFresh(isLong = false): void {
    let isFirst = true;
    for (const gate of this.#fresh) {
      if (gate.hasRead || (isLong && !isFirst)) this.#stop(gate, this.#fresh);
      isFirst = false;
    }
  }

  #stop(gate: Gate, gates: Set<Gate>): void {
    if (!gate.isReading) return;
    gate.stop();
    gates.delete(gate);
    this.#shut.add(gate);
  }

  /**
   * Opens some gates, clients in turn, after libuv has polled the sockets: twice as many as last time, or
   * half as many if those had more to read than there was time for.
   */
  reopen(wereTooMany: boolean): void {
    for (const gate of this.#fresh) this.#open.add(gate);
    this.#fresh.clear();
    this.#step = wereTooMany ? Math.max(1, this.#step >> 1) : this.#step * 2;
    for (let left = this.#step; left > 0; left -= 1) {
      const gate = this.#shut.take();
      if (gate === undefined) {
        this.#step = 1;
        return;
      }
      gate.start();
      this.#fresh.add(gate);
    }
  }
}
