/**
 * Sockets on their way from a server to the one that takes its place, as descriptors to a socket beside the door, which
 * only their user and root can reach. Where one of both has no system calls for it, each opens its own, and what is in
 * those of the old one when it closes them is lost.
 */
import { rmSync } from 'node:fs';
import process from 'node:process';
import { channelTo, DescriptorMail, letterbox } from '../../transport/sockets/descriptor-mail.ts';
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import { loadSystemCalls, type SystemCalls } from '../../transport/udp/system-calls.ts';
import { besideDoor } from './door.ts';
import type { Handed } from './visit.ts';

const MAIL = /^mail\.\d+$/;

/** Whether they are on their way. */
export async function sendSockets(
  state: string,
  mail: string | undefined,
  sets: readonly SocketSet[],
): Promise<boolean> {
  const calls = await loadSystemCalls();
  if (!calls.ok || mail === undefined || !MAIL.test(mail)) return false;
  const channel = besideDoor(state, mail, (path) => channelTo(calls.value, path));
  if (channel < 0) return false;
  try {
    const descriptors = sets.flatMap((set) => set.map(({ descriptor }) => descriptor));
    return new DescriptorMail(calls.value).send(channel, descriptors);
  } finally {
    calls.value.close(channel);
  }
}

/** Where sockets are sent to. */
export class Letterbox {
  readonly name = `mail.${process.pid}`;
  readonly #calls: SystemCalls;
  readonly #state: string;
  readonly #channel: number;

  private constructor(calls: SystemCalls, state: string) {
    this.#calls = calls;
    this.#state = state;
    this.#channel = besideDoor(state, this.name, (path) => {
      rmSync(path, { force: true });
      return letterbox(calls, path);
    });
  }

  /** None, where they cannot be sent. */
  static async open(state: string): Promise<Letterbox | undefined> {
    const calls = await loadSystemCalls();
    if (!calls.ok) return undefined;
    const box = new Letterbox(calls.value, state);
    return box.#channel < 0 ? undefined : box;
  }

  /** What has arrived; `undefined`, if it is not all. */
  take({ sets }: Handed): SocketSet[] | undefined {
    const count = sets.reduce((sum, { length }) => sum + length, 0);
    const descriptors = new DescriptorMail(this.#calls).receive(this.#channel, count);
    if (descriptors === undefined) return undefined;
    let next = 0;
    return sets.map((set) =>
      set.map((socket) => {
        const descriptor = descriptors[next] ?? -1;
        next += 1;
        return { ...socket, descriptor };
      }),
    );
  }

  close(): void {
    this.#calls.close(this.#channel);
    besideDoor(this.#state, this.name, (path) => rmSync(path, { force: true }));
  }
}
