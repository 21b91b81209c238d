/**
 * Hands the sockets of a server to the one that takes its place: as descriptors, through a socket beside the
 * door (door.ts), which only their user and root can reach. If one of the two servers has no system calls for
 * this, each opens its own sockets, and queries that are in the old ones when these close are lost.
 */
import { rmSync } from 'node:fs';
import process from 'node:process';
import { systemErrorCode } from '../../base/system-error.ts';
import { channelTo, DescriptorMail, letterbox } from '../../transport/sockets/descriptor-mail.ts';
import type { SocketSet } from '../../transport/sockets/held-sockets.ts';
import { loadSystemCalls, type SystemCalls } from '../../transport/udp/system-calls.ts';
import { besideDoor } from './door.ts';
import type { Handed } from './visit.ts';

const MAIL = /^mail\.\d+$/;

/** Sends the sockets to the letterbox `mail`; returns whether they are on their way. */
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

/** The socket at which a successor receives sockets. */
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

  /** Makes a letterbox; returns `undefined` where sockets cannot be received. */
  static async open(state: string): Promise<Letterbox | undefined> {
    const calls = await loadSystemCalls();
    if (!calls.ok) return undefined;
    try {
      const box = new Letterbox(calls.value, state);
      return box.#channel < 0 ? undefined : box;
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      return undefined;
    }
  }

  /** Returns the sockets that have arrived; `undefined` if some are missing. */
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
    try {
      besideDoor(this.#state, this.name, (path) => rmSync(path, { force: true }));
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
    }
  }
}
