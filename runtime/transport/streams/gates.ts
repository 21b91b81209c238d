/**
 * Streams that may be read from. Hundreds can have something ready in one turn of the event loop, all of them
 * are told in it, and before we are asked TLS has decrypted, or agreed on keys, and HTTP/2 has been
 * parsed. Whoever is stopped before its turn has come is not told: libuv looks at what a socket waits for
 * at the moment it is to be told.
 */
import { Circle, type Member } from './circle.ts';

/** One stream, as far as reading is concerned. */
export interface Gate extends Member {
  /** Whether it would be read from; if not, because whoever has it is busy, it is left alone. */
  readonly isReading: boolean;
  /** Whether anything was read since {@link start}. */
  readonly hasRead: boolean;
  stop(): void;
  start(): void;
}

export class Gates {
  readonly #open = new Set<Gate>();
  /** Opened lately, and not to be shut before anything was read or sockets have been looked at: or who is told last might never be told. */
  readonly #fresh = new Set<Gate>();
  readonly #shut = new Circle<Gate>();
  /** How many to open next. */
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

  /** Nothing more is read, until they are opened again: one socket may have two megabytes to tell in a turn. */
  shut(): void {
    for (const gate of this.#open) this.#stop(gate, this.#open);
    this.shutFresh();
  }

  /** The same of those that could not be shut when the others were. */
  shutFresh(): void {
    for (const gate of this.#fresh) if (gate.hasRead) this.#stop(gate, this.#fresh);
  }

  #stop(gate: Gate, gates: Set<Gate>): void {
    if (!gate.isReading) return;
    gate.stop();
    gates.delete(gate);
    this.#shut.add(gate);
  }

  /**
   * Opens some, clients in turn, after sockets have been looked at: twice as many as last time, or half if those had
   * more to tell than there was time for.
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
