/**
 * The sockets of all answer processes, where control can hold them, and which process reads from which. Where
 * descriptors cannot be handed over, control holds none, and each process opens its own.
 */
import { type Addresses, HeldSockets, type SocketSet } from '../../transport/sockets/held-sockets.ts';
import { loadSystemCalls, type SystemCalls } from '../../transport/udp/system-calls.ts';
import type { AnswerChild } from './answer-child.ts';
import { Cover } from './cover.ts';

/** A process that listens and replies to pings, and the index of its own set. */
export interface Reader {
  readonly index: number;
  readonly child: AnswerChild;
}

export class FleetSockets {
  #calls: SystemCalls | undefined;
  #held: HeldSockets | undefined;
  readonly #cover = new Cover();

  /** Finds out whether sockets can be held here. Called before anything else. */
  async load(): Promise<void> {
    const calls = await loadSystemCalls();
    if (!calls.ok) return;
    this.#calls = calls.value;
    this.#held = new HeldSockets(calls.value);
  }

  /** The system calls that hand over sockets, if there are any. */
  get calls(): SystemCalls | undefined {
    return this.#calls;
  }

  /** All sets of sockets that control holds. */
  get sets(): readonly SocketSet[] {
    return [...(this.#held?.sets.values() ?? [])];
  }

  /** Takes over the sockets of another server that are at these addresses. Called before any are opened. */
  inherit(sets: readonly SocketSet[], addresses: Addresses | undefined): void {
    this.#held?.inherit(sets);
    this.restrict(addresses);
  }

  /** As {@link HeldSockets.restrict}. */
  restrict(addresses: Addresses | undefined): void {
    if (addresses !== undefined) this.#held?.restrict(addresses);
  }

  /** As {@link HeldSockets.open}; `undefined` where the process opens its own. */
  open(index: number, addresses: Addresses): SocketSet | undefined {
    return this.#held?.open(index, addresses);
  }

  /** The process listens on the set that was opened for it. */
  use(index: number, set: SocketSet | undefined): void {
    if (set !== undefined) this.#held?.use(index, set);
  }

  /** The process does not listen on the set that was opened for it. */
  discard(index: number, set: SocketSet | undefined): void {
    if (set !== undefined) this.#held?.discard(index, set);
  }

  /** Makes a process read from each set; `well`: the processes that listen and reply to pings. */
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
