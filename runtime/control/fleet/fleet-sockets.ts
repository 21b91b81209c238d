/**
 * The sockets of all answer processes as far as control can hold them, and which process reads from which. Where
 * descriptors cannot be handed over nothing is held, and each process opens its own.
 */
import { type Addresses, HeldSockets, type SocketSet } from '../../transport/sockets/held-sockets.ts';
import { loadSystemCalls, type SystemCalls } from '../../transport/udp/system-calls.ts';
import type { AnswerChild } from './answer-child.ts';
import { Cover } from './cover.ts';

/** One process that listens and says that it is well, and the set that is its own. */
export interface Reader {
  readonly index: number;
  readonly child: AnswerChild;
}

export class FleetSockets {
  #calls: SystemCalls | undefined;
  #held: HeldSockets | undefined;
  readonly #cover = new Cover();

  /** Finds out whether sockets can be held here; before anything else. */
  async load(): Promise<void> {
    const calls = await loadSystemCalls();
    if (!calls.ok) return;
    this.#calls = calls.value;
    this.#held = new HeldSockets(calls.value);
  }

  /** What sockets are handed over with. */
  get calls(): SystemCalls | undefined {
    return this.#calls;
  }

  /** All that are held. */
  get sets(): readonly SocketSet[] {
    return [...(this.#held?.sets.values() ?? [])];
  }

  /** Takes those of another server, as far as they are at these addresses. Before any are opened. */
  inherit(sets: readonly SocketSet[], addresses: Addresses | undefined): void {
    this.#held?.inherit(sets);
    this.restrict(addresses);
  }

  /** As {@link HeldSockets.restrict}. */
  restrict(addresses: Addresses | undefined): void {
    if (addresses !== undefined) this.#held?.restrict(addresses);
  }

  /** As {@link HeldSockets.open}; nothing, where the process opens its own. */
  open(index: number, addresses: Addresses): SocketSet | undefined {
    return this.#held?.open(index, addresses);
  }

  /** The process listens on the set that was opened for it. */
  use(index: number, set: SocketSet | undefined): void {
    if (set !== undefined) this.#held?.use(index, set);
  }

  /** The process does not. */
  discard(index: number, set: SocketSet | undefined): void {
    if (set !== undefined) this.#held?.discard(index, set);
  }

  /** Sees to it that a process reads from each set, given those that are well. */
  arrange(well: readonly Reader[]): void {
    if (this.#held === undefined) return;
    this.#cover.arrange(
      this.#held.sets,
      (set) => well.some(({ index }) => index === set),
      well.map(({ child }) => child),
    );
  }

  close(): void {
    this.#held?.close();
  }
}
