/** What two controls say to each other at the door of a state folder, one message a line, as JSON. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { Addresses, HeldSocket } from '../../transport/sockets/held-sockets.ts';

/** Both ends are ours; the rights of the folder say which users may come. */
export type AtDoor =
  /** The control behind the door says so to every visitor. */
  | { readonly t: 'here'; readonly pid: number; readonly version: string }
  /** A visitor wants to take the place. `mail`: where sockets can be sent to, by its name beside the door. */
  | { readonly t: 'replace'; readonly mail?: string }
  | ({ readonly t: 'handed' } & Handed)
  /** Another is taking the place already. */
  | { readonly t: 'busy' }
  /** The visitor has taken the place: the control that was there may go. */
  | { readonly t: 'leave' };

/** What a control is given that takes the place of another. */
export interface Handed {
  /** What has been sent, in this order. */
  readonly sets: readonly (readonly Omit<HeldSocket, 'descriptor'>[])[];
  /** Where it listens, whether or not its sockets have been sent. */
  readonly addresses: Addresses;
  readonly admin: Config['admin']['listen'];
  /** Targets that are down. */
  readonly down: readonly string[];
}

/** Octets of a line: the names of a hundred thousand targets. */
const MOST_LINE = 16 << 20;

/** A conversation at the door. */
export class Visit {
  readonly #socket: Socket;
  readonly #waiting: ((line: AtDoor | undefined) => void)[] = [];
  readonly #said: AtDoor[] = [];
  #rest = '';
  readonly ended: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.ended = once(socket, 'close').then(() => {});
    socket.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    // The other end is gone, which `close` tells.
    socket.on('error', () => {});
    void this.ended.then(() => {
      for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    });
  }

  say(line: AtDoor): void {
    this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  /** What the other says next; `undefined` once it is gone. */
  hear(): Promise<AtDoor | undefined> {
    const said = this.#said.shift();
    if (said !== undefined || this.#socket.closed) return Promise.resolve(said);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MOST_LINE) this.end();
    for (const line of lines) {
      const said = lineIn(line);
      if (said === undefined) {
        this.end();
        return;
      }
      const next = this.#waiting.shift();
      if (next === undefined) this.#said.push(said);
      else next(said);
    }
  }
}

/** What one line says; `undefined`, if dnsteer does not say such things. */
function lineIn(text: string): AtDoor | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null && 't' in said ? (said as AtDoor) : undefined;
  } catch {
    return undefined;
  }
}
