/**
 * All that an answer process listens on: sockets it opens itself, or sets of sockets that control holds. One
 * set is its own; it has another set while the process of that set is away.
 */
import type { AnswerSettings, LiveSettings, SocketPlace, UdpSockets } from '../rpc/answer-settings.ts';
import type { Listener } from './listener.ts';
import {
  type ListenParts,
  limitStreams,
  openHeld,
  openListeners,
  type StreamsParts,
  streamParts,
} from './open-listeners.ts';
import { DescriptorMail } from './sockets/descriptor-mail.ts';
import { loadSystemCalls } from './udp/system-calls.ts';
import { chooseUdp, type UdpTransport } from './udp/udp-sockets.ts';

/** The descriptor at which an answer process has its end of the channel for sockets. */
export const CHANNEL = 4;

export class Listeners {
  #settings: AnswerSettings;
  readonly #parts: Omit<ListenParts, 'listenUdp'>;
  readonly #sets = new Map<number, Promise<readonly Listener[]>>();
  /** Listeners of sets that this process has left, which still have connections. */
  readonly #left = new Set<Listener>();
  #turn: Promise<unknown> = Promise.resolve();
  #udp: UdpTransport | undefined;
  #mail: DescriptorMail | undefined;
  #streams: StreamsParts | undefined;

  constructor(settings: AnswerSettings, parts: Omit<ListenParts, 'listenUdp'>) {
    this.#settings = settings;
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#sets.size === 0;
  }

  /** @throws {DnsteerError} `START`, if UDP is set to use sockets that do not work here. */
  async sockets(): Promise<UdpSockets> {
    this.#udp ??= await chooseUdp(this.#settings.udpSockets);
    return this.#udp.sockets;
  }

  /**
   * Opens the addresses of the settings, or receives the sockets that control has sent for them.
   * @throws {DnsteerError} `START`, with the remedy.
   */
  async open(set: number, sockets?: readonly SocketPlace[]): Promise<readonly Listener[]> {
    // Sets are opened one after the other: descriptors come in the order in which they are sent.
    const opening = this.#turn.then(() =>
      sockets === undefined ? this.#openOwn() : this.#openHeld(sockets),
    );
    this.#turn = opening.catch(() => this.#sets.delete(set));
    this.#sets.set(set, opening);
    return opening;
  }

  /** Limits new connections by these settings, and takes these for proxies, from now on. */
  use({ tcp, proxies }: Pick<LiveSettings, 'tcp' | 'proxies'>): void {
    this.#settings = { ...this.#settings, tcp, proxies };
    if (this.#streams !== undefined) limitStreams(this.#streams, this.#settings, this.#parts.onFewer);
  }

  /** Stops reading from a set, which another process reads now; connections that were made here are kept. */
  async leave(set: number): Promise<void> {
    for (const listener of await this.#taken(set)) {
      if (listener.leave === undefined) {
        void listener.close();
        continue;
      }
      this.#left.add(listener);
      void listener.leave().then(() => this.#left.delete(listener));
    }
  }

  /** Closes all listeners, as {@link Listener.close}; resolves when the queries they took are answered. */
  async close(lingerMs = 0): Promise<void> {
    const all = (await Promise.all([...this.#sets.keys()].map((set) => this.#taken(set)))).flat();
    await Promise.all([...all, ...this.#left].map((listener) => listener.close(lingerMs)));
  }

  /** Forgets a set and returns its listeners: none, if it could not be opened, which `open` has reported. */
  async #taken(set: number): Promise<readonly Listener[]> {
    const opening = this.#sets.get(set);
    this.#sets.delete(set);
    return (await opening?.catch(() => undefined)) ?? [];
  }

  async #openOwn(): Promise<Listener[]> {
    const parts = await this.#allParts();
    this.#streams ??= streamParts(this.#settings, parts);
    return openListeners(this.#settings, parts, this.#streams);
  }

  async #openHeld(sockets: readonly SocketPlace[]): Promise<Listener[]> {
    const parts = await this.#allParts();
    this.#streams ??= streamParts(this.#settings, parts);
    const calls = await loadSystemCalls();
    if (!calls.ok) throw new Error('Sockets could not be handed over: there are no system calls for it here');
    this.#mail ??= new DescriptorMail(calls.value);
    const descriptors = this.#mail.receive(CHANNEL, sockets.length);
    if (descriptors === undefined)
      throw new Error('Sockets could not be handed over: too many files are open');
    const held = sockets.map((at, index) => ({ ...at, descriptor: descriptors[index] ?? -1 }));
    return openHeld(held, this.#settings.https.path, parts, this.#streams);
  }

  async #allParts(): Promise<ListenParts> {
    this.#udp ??= await chooseUdp(this.#settings.udpSockets);
    return { ...this.#parts, listenUdp: this.#udp.listen };
  }
}
