/**
 * Sends open file descriptors from one process to another, in a message on a Unix socket (SCM_RIGHTS,
 * unix(7)). The receiver owns them as if it had opened them, whether or not the sender still lives.
 */
import { assert } from '../../base/assert.ts';
import {
  HEADER,
  HEADER_CONTROL_LENGTH,
  HEADER_IOVECS,
  HEADER_NAME_LENGTH,
  IOVEC,
  KernelMemory,
} from '../udp/kernel-memory.ts';
import type { SystemCalls } from '../udp/system-calls.ts';
import { SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOL_SOCKET } from './socket-numbers.ts';

/** Descriptors in one message; the system takes 253. */
const MOST = 128;
const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SCM_RIGHTS = 1;
/** Octets of a socket's path, with its NUL. */
const NAME_ROOM = 108;

/**
 * Offsets in octets: of the one octet of payload, and of control data, which begins with a `struct cmsghdr`.
 */
const PAYLOAD_AT = HEADER + IOVEC;
const CONTROL_AT = PAYLOAD_AT + 8;
const CONTROL_HEADER = 16;
const CONTROL_ROOM = CONTROL_HEADER + 4 * MOST;

/** Makes a channel and returns its two ends, or a negative error number. */
export function channelPair(calls: SystemCalls): readonly [number, number] | number {
  return calls.pair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/** Makes a socket in the file system that receives messages; returns it, or a negative error number. */
export function letterbox(calls: SystemCalls, path: string): number {
  return atPath(calls, path, calls.bind);
}

/** Makes a socket that sends to one in the file system; returns it, or a negative error number. */
export function channelTo(calls: SystemCalls, path: string): number {
  return atPath(calls, path, calls.connect);
}

function atPath(calls: SystemCalls, path: string, attach: SystemCalls['bind']): number {
  const descriptor = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return descriptor;
  const outcome = attach(descriptor, unixName(path));
  if (outcome >= 0) return descriptor;
  calls.close(descriptor);
  return outcome;
}

/** struct sockaddr_un: family in host order, path with a NUL. */
function unixName(path: string): Uint8Array {
  const octets = Buffer.from(path);
  assert(octets.length < NAME_ROOM, 'names of sockets are short');
  const name = new Uint8Array(2 + NAME_ROOM);
  name[0] = AF_UNIX;
  name.set(octets, 2);
  return name;
}

export class DescriptorMail {
  readonly #calls: SystemCalls;
  readonly #memory: KernelMemory;

  constructor(calls: SystemCalls) {
    this.#calls = calls;
    this.#memory = new KernelMemory(calls, CONTROL_AT + CONTROL_ROOM);
    this.#memory.point(16, HEADER);
    this.#memory.words[HEADER_IOVECS] = 1;
    this.#memory.point(HEADER, PAYLOAD_AT);
    this.#memory.words[(HEADER + 8) / 4] = 1;
    this.#memory.point(32, CONTROL_AT);
  }

  /** Sends the descriptors, which stay open in this process as well; returns whether all are on their way. */
  send(channel: number, descriptors: readonly number[]): boolean {
    for (let from = 0; from < descriptors.length; from += MOST) {
      this.#write(descriptors.slice(from, from + MOST));
      if (this.#calls.send(channel, this.#memory.addressOf(0), 1) !== 1) return false;
    }
    return true;
  }

  /** Receives so many descriptors; `undefined` if some did not arrive, as a process can have only so many. */
  receive(channel: number, count: number): readonly number[] | undefined {
    const { words } = this.#memory;
    const received: number[] = [];
    // All messages of one sending are read, whatever is in them: the next message belongs to another sending.
    for (let message = 0; message * MOST < count; message += 1) {
      words[HEADER_NAME_LENGTH] = 0;
      words[HEADER_CONTROL_LENGTH] = CONTROL_ROOM;
      if (this.#calls.receive(channel, this.#memory.addressOf(0), 1) === 1) received.push(...this.#read());
    }
    if (received.length === count) return received;
    for (const descriptor of received) this.#calls.close(descriptor);
    return undefined;
  }

  #write(descriptors: readonly number[]): void {
    const { words } = this.#memory;
    const at = CONTROL_AT / 4;
    words[HEADER_NAME_LENGTH] = 0;
    words[HEADER_CONTROL_LENGTH] = CONTROL_HEADER + 8 * Math.ceil(descriptors.length / 2);
    words[at] = CONTROL_HEADER + 4 * descriptors.length;
    words[at + 1] = 0;
    words[at + 2] = SOL_SOCKET;
    words[at + 3] = SCM_RIGHTS;
    words.set(descriptors, at + CONTROL_HEADER / 4);
  }

  #read(): number[] {
    const { words } = this.#memory;
    const at = CONTROL_AT / 4;
    const isRights =
      (words[HEADER_CONTROL_LENGTH] ?? 0) >= CONTROL_HEADER &&
      words[at + 2] === SOL_SOCKET &&
      words[at + 3] === SCM_RIGHTS;
    if (!isRights) return [];
    const count = ((words[at] ?? 0) - CONTROL_HEADER) / 4;
    return [...words.subarray(at + CONTROL_HEADER / 4, at + CONTROL_HEADER / 4 + count)];
  }
}
