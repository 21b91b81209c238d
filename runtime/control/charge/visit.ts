/** What two controls say to each other at the door of a state folder, one message a line, as JSON. */
import type { Socket } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { Addresses, HeldSocket } from '../../transport/sockets/held-sockets.ts';

/**
 * A message at the door. Both ends are dnsteer's own; the permissions of the folder say which users may come.
 */
export type AtDoor =
  /** The control behind the door greets every visitor with this. */
  | { readonly t: 'here'; readonly pid: number; readonly version: string }
  /**
   * A visitor wants to take the place of the control. `mail`: the name of its letterbox beside the door, if
   * it has one.
   */
  | { readonly t: 'replace'; readonly mail?: string }
  | ({ readonly t: 'handed' } & Handed)
  /** Another visitor is taking the place already. */
  | { readonly t: 'busy' }
  /** The visitor has taken the place: the control that was there may go. */
  | { readonly t: 'leave' };

/** What a control is given when it takes the place of another. */
export interface Handed {
  /** The sets of sockets that have been sent, in this order. */
  readonly sets: readonly (readonly Omit<HeldSocket, 'descriptor'>[])[];
  /** The addresses of the old control, whether or not its sockets have been sent. */
  readonly addresses: Addresses;
  readonly admin: Config['admin']['listen'];
  /** Ids of health targets that are down. */
  readonly down: readonly string[];
}

/** Octets of a line at most: the names of a hundred thousand targets. */
const MOST_LINE = 16 << 20;

/** The conversation of two controls at the door, as one of them sees it. */
export class Visit {
  readonly #socket: Socket;
  readonly #waiting: ((line: AtDoor | undefined) => void)[] = [];
  readonly #said: AtDoor[] = [];
  #rest = '';
  readonly ended: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    // A control that is killed resets its sockets: 'close' follows an error, which `events.once` would reject with.
    this.ended = new Promise((resolve) => {
      socket.on('error', () => {}).once('close', () => resolve());
    });
    socket.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    void this.ended.then(() => {
      for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    });
  }

  /** Whether the other control is gone. */
  get isOver(): boolean {
    return this.#socket.closed;
  }

  say(line: AtDoor): void {
    this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  /** The next message of the other control; `undefined` once it is gone. */
  hear(): Promise<AtDoor | undefined> {
    const said = this.#said.shift();
    if (said !== undefined || this.isOver) return Promise.resolve(said);
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

/** The message in a line; `undefined` if there is none. */
function lineIn(text: string): AtDoor | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null && 't' in said ? (said as AtDoor) : undefined;
  } catch {
    return undefined;
  }
}
