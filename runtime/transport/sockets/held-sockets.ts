/**
 * Control holds the sockets of all answer processes: queries in a socket outlive the process that reads from
 * it. A set is what one process listens on; each address has a socket in each set, and the kernel spreads
 * queries over these evenly, connections by their client.
 */
import type { SocketAddress } from '../../base/net/socket-address.ts';
import type { AnswerSettings } from '../../rpc/answer-settings.ts';
import type { Transport } from '../../wire/transport.ts';
import { bindSocket, listenSocket } from '../udp/bound-socket.ts';
import type { SystemCalls } from '../udp/system-calls.ts';
import { cannotListen } from './cannot-listen.ts';
import { shareEvenly } from './even-shares.ts';

export interface HeldSocket {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  readonly descriptor: number;
  /** The port in the settings: 0 where the system chooses it. */
  readonly wantedPort: number;
}

export type SocketSet = readonly HeldSocket[];

export type Addresses = Pick<AnswerSettings, 'listen' | 'tls' | 'https'>;

/** Attempts to find one port that is free for both transports, where the system chooses it. */
const PORT_ATTEMPTS = 10;

type Wanted = SocketAddress & { readonly transport: Transport };

export class HeldSockets {
  readonly #calls: SystemCalls;
  readonly #sets = new Map<number, SocketSet>();

  constructor(calls: SystemCalls) {
    this.#calls = calls;
  }

  /** Sets by index; there may be more sets than processes. */
  get sets(): ReadonlyMap<number, SocketSet> {
    return this.#sets;
  }

  /**
   * Opens the set for a process: sockets it already has at these addresses stay, the others are made.
   * @throws {DnsteerError} `START`, with the remedy, if an address cannot be bound.
   */
  open(index: number, addresses: Addresses): SocketSet {
    const held = this.#sets.get(index) ?? [];
    const set: HeldSocket[] = [];
    try {
      for (const wanted of wantedIn(addresses)) set.push(held.find(isAt(wanted)) ?? this.#bind(wanted, set));
      return set;
    } catch (error) {
      this.discard(index, set);
      throw error;
    }
  }

  /** Puts a set in use; sockets of the set before it that it does not have are closed. */
  use(index: number, set: SocketSet): void {
    const before = this.#sets.get(index) ?? [];
    this.#sets.set(index, set);
    this.discard(index, before);
    shareEvenly(this.#calls, this.#sets.values());
  }

  /** Closes the sockets of a set that are not in use. */
  discard(index: number, set: SocketSet): void {
    const used = new Set((this.#sets.get(index) ?? []).map(({ descriptor }) => descriptor));
    for (const { descriptor } of set) if (!used.has(descriptor)) this.#calls.close(descriptor);
  }

  /** Takes over sets from another control, which holds them as well. */
  inherit(sets: readonly SocketSet[]): void {
    for (const [index, set] of sets.entries()) this.#sets.set(index, set);
    shareEvenly(this.#calls, this.#sets.values());
  }

  /** Closes the sockets at other addresses. Sets without a process stay: they may still hold queries. */
  restrict(addresses: Addresses): void {
    const wanted = wantedIn(addresses);
    for (const [index, set] of this.#sets) {
      this.use(
        index,
        set.filter((held) => wanted.some((one) => isAt(one)(held))),
      );
      if (this.#sets.get(index)?.length === 0) this.#sets.delete(index);
    }
  }

  close(): void {
    for (const index of this.#sets.keys()) this.use(index, []);
    this.#sets.clear();
  }

  /** RFC 7766 §5 requires TCP beside UDP: both are on one port, also where the system chooses it. */
  #bind(wanted: Wanted, set: readonly HeldSocket[]): HeldSocket {
    const { transport, address, port: wantedPort } = wanted;
    const udp = set.at(-1);
    const port = transport === 'tcp' && wantedPort === 0 ? (udp?.port ?? 0) : wantedPort;
    try {
      const bound =
        transport === 'udp' ? this.#bindUdp(wanted) : listenSocket(this.#calls, { address, port });
      return { transport, address, port: bound.port, descriptor: bound.descriptor, wantedPort };
    } catch (error) {
      throw cannotListen(error, transport, { address, port });
    }
  }

  #bindUdp(at: SocketAddress): { descriptor: number; port: number } {
    for (let attempt = 1; ; attempt += 1) {
      const { descriptor, endpoint } = bindSocket(this.#calls, at);
      if (at.port !== 0 || attempt === PORT_ATTEMPTS) return { descriptor, port: endpoint.port };
      try {
        this.#calls.close(listenSocket(this.#calls, endpoint).descriptor);
        return { descriptor, port: endpoint.port };
      } catch {
        // Another program has this port for TCP.
        this.#calls.close(descriptor);
      }
    }
  }
}

function wantedIn({ listen, tls, https }: Addresses): Wanted[] {
  return [
    ...listen.flatMap((at): Wanted[] => [
      { ...at, transport: 'udp' },
      { ...at, transport: 'tcp' },
    ]),
    ...tls.listen.map((at): Wanted => ({ ...at, transport: 'tls' })),
    ...https.listen.map((at): Wanted => ({ ...at, transport: 'https' })),
  ];
}

function isAt({ transport, address, port }: Wanted): (held: HeldSocket) => boolean {
  return (held) => held.transport === transport && held.address === address && held.wantedPort === port;
}
