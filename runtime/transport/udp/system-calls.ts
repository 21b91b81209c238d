/**
 * The system calls for batched sockets, through the optional package koffi: on Linux, on the processors that
 * koffi has binaries for and whose call numbers we know.
 *
 * recvmmsg(2) and sendmmsg(2) go by number, through syscall(2): to the kernel their structures are the same
 * whatever the C library. musl lays them out with padding of its own, and its sendmmsg is a loop that sends
 * one by one.
 */

import process from 'node:process';
import { assert } from '../../base/assert.ts';
import { fail, ok, type Result } from '../../base/result.ts';

/** Each call returns the system's result, or a negative error number. */
export interface SystemCalls {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly setOption: (descriptor: number, level: number, option: number, value: number) => number;
  /** Sets an option whose value is a program: a struct sock_filter for each 8 octets. */
  readonly setProgram: (descriptor: number, level: number, option: number, program: Uint8Array) => number;
  /** Makes two sockets that are connected to each other; processes that are started inherit neither. */
  readonly pair: (domain: number, type: number) => readonly [number, number] | number;
  readonly listen: (descriptor: number, backlog: number) => number;
  readonly bind: (descriptor: number, name: Uint8Array) => number;
  readonly connect: (descriptor: number, name: Uint8Array) => number;
  /** Sends octets as one message on a connected socket; returns how many. Never waits. */
  readonly sendOctets: (descriptor: number, octets: Uint8Array) => number;
  /** Receives a message of a socket, as much of it as there is room for; returns how many octets. Never waits. */
  readonly receiveOctets: (descriptor: number, octets: Uint8Array) => number;
  /** Overwrites `name` with the address of the socket. */
  readonly nameOf: (descriptor: number, name: Uint8Array) => number;
  readonly close: (descriptor: number) => number;
  /** The number of a network interface; 0 if there is none with this name. */
  readonly interfaceIndex: (name: string) => number;
  /**
   * Receives up to `count` messages into the `struct mmsghdr` at address `messages`; returns how many. Never
   * waits.
   */
  readonly receive: (descriptor: number, messages: number, count: number) => number;
  /**
   * Sends `count` messages, whose `struct mmsghdr` are at address `messages`; returns how many. Never waits.
   */
  readonly send: (descriptor: number, messages: number, count: number) => number;
  /** Sleeps for so many milliseconds, or a little less. */
  readonly pause: (milliseconds: number) => void;
  /** Has the C library give back memory that it keeps for later; `undefined` where it has no call for that (musl). */
  readonly giveBack: (() => void) | undefined;
  /** The address of these octets for the kernel; it holds as long as JavaScript refers to them. */
  readonly addressOf: (octets: Uint8Array) => number;
  /**
   * Calls back whenever the descriptor is readable (or writable). Promises and `process.nextTick` do not run
   * after the callback. The watch lasts as long as something refers to it.
   */
  readonly watch: (descriptor: number, onReady: OnReady) => Watch;
}

/**
 * `hasFailed`: the descriptor has an error to fetch, and is not watched until {@link Watch.await} is called.
 */
export type OnReady = (hasFailed: boolean) => void;

export interface Watch {
  await(event: 'readable' | 'writable'): void;
  /** Awaits nothing. */
  rest(): void;
  close(): void;
}

interface Numbers {
  readonly receive: number;
  readonly send: number;
  readonly sleep: number;
}

/** The numbers of recvmmsg, sendmmsg and nanosleep, from the kernel's unistd.h. */
const NUMBERS: Readonly<Record<string, Numbers>> = {
  x64: { receive: 299, send: 307, sleep: 35 },
  arm64: { receive: 243, send: 269, sleep: 101 },
};

const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** Descriptors that come with a message are not inherited by processes that are started. */
const MSG_CMSG_CLOEXEC = 0x4000_0000;
const SYSCALL_ARGUMENTS = ['int', 'int', 'uintptr_t', 'uint', 'int', 'uintptr_t'];
const SLEEP_ARGUMENTS = ['int', 'void *', 'uintptr_t'];
const SCRATCH_WORDS = 32;
/** Octets before a program in the scratch memory, which has room for a dozen instructions. */
const PROGRAM_AT = 16;
/** By how much Linux may let a process sleep longer, and mostly does (PR_SET_TIMERSLACK). */
const SLACK_NANOSECONDS = 50_000;

/**
 * Why there are no system calls: the system or processor has none we know, or koffi is not installed or does
 * not load.
 */
export type NoSystemCalls =
  | { readonly kind: 'platform' | 'absent' }
  | { readonly kind: 'broken'; readonly message: string };

export async function loadSystemCalls(): Promise<Result<SystemCalls, NoSystemCalls>> {
  const numbers = process.platform === 'linux' ? NUMBERS[process.arch] : undefined;
  if (numbers === undefined) return fail({ kind: 'platform' });
  try {
    return ok(systemCalls(await import('koffi'), numbers));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return fail({ kind: 'absent' });
    return fail({ kind: 'broken', message: error.message });
  }
}

function systemCalls(koffi: typeof import('koffi'), numbers: Numbers): SystemCalls {
  const library = koffi.load(null);
  const checked = (outcome: number): number => (outcome >= 0 ? outcome : -koffi.errno());
  const socket: (...values: number[]) => number = library.func('int socket(int, int, int)');
  const setsockopt = library.func('int setsockopt(int, int, int, void *, uint)');
  const socketpair = library.func('int socketpair(int, int, int, void *)');
  const listen: (...values: number[]) => number = library.func('int listen(int, int)');
  const bind = library.func('int bind(int, void *, uint)');
  const connect = library.func('int connect(int, void *, uint)');
  const send = library.func('intptr_t send(int, void *, uintptr_t, int)');
  const recv = library.func('intptr_t recv(int, void *, uintptr_t, int)');
  const getsockname = library.func('int getsockname(int, void *, void *)');
  const close = library.func('int close(int)');
  const indexOf: (name: string) => number = library.func('uint if_nametoindex(str)');
  // Addresses are passed as numbers: a call takes 0.3 µs so, and 0.06 µs more where koffi has to look one up.
  const syscall: (...values: number[]) => number = library.func('syscall', 'int', SYSCALL_ARGUMENTS);
  const nanosleep: (number: number, time: Int32Array, left: number) => number = library.func(
    'syscall',
    'int',
    SLEEP_ARGUMENTS,
  );
  // Long enough for V8 to keep these octets outside its heap, in which it moves small arrays.
  const scratch = new Int32Array(SCRATCH_WORDS);
  const octets = new Uint8Array(scratch.buffer);
  /** struct timespec: seconds and nanoseconds, 64 bits each. */
  const pause = new Int32Array(SCRATCH_WORDS);
  return {
    socket: (domain, type, protocol) => checked(socket(domain, type, protocol)),
    setOption: (descriptor, level, option, value) => {
      scratch[0] = value;
      return checked(setsockopt(descriptor, level, option, octets, 4));
    },
    setProgram: (descriptor, level, option, program) => {
      // struct sock_fprog: how many instructions, and a pointer to them. Both lie here, for the kernel to read.
      octets.set(program, PROGRAM_AT);
      const address = Number(koffi.address(octets)) + PROGRAM_AT;
      scratch[0] = program.length / 8;
      scratch[2] = (address % 2 ** 32) | 0;
      scratch[3] = Math.floor(address / 2 ** 32);
      return checked(setsockopt(descriptor, level, option, octets, 16));
    },
    pair: (domain, type) => {
      const outcome = checked(socketpair(domain, type, 0, octets));
      return outcome < 0 ? outcome : [scratch[0] ?? -1, scratch[1] ?? -1];
    },
    listen: (descriptor, backlog) => checked(listen(descriptor, backlog)),
    bind: (descriptor, name) => {
      octets.set(name);
      return checked(bind(descriptor, octets, name.length));
    },
    connect: (descriptor, name) => {
      octets.set(name);
      return checked(connect(descriptor, octets, name.length));
    },
    sendOctets: (descriptor, message) =>
      checked(Number(send(descriptor, message, message.length, MSG_DONTWAIT | MSG_NOSIGNAL))),
    receiveOctets: (descriptor, room) => checked(Number(recv(descriptor, room, room.length, MSG_DONTWAIT))),
    nameOf: (descriptor, name) => {
      scratch[0] = name.length;
      const outcome = checked(getsockname(descriptor, octets.subarray(4), octets));
      name.set(octets.subarray(4, 4 + name.length));
      return outcome;
    },
    close: (descriptor) => checked(close(descriptor)),
    interfaceIndex: indexOf,
    receive: (descriptor, messages, count) =>
      checked(syscall(numbers.receive, descriptor, messages, count, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, 0)),
    send: (descriptor, messages, count) =>
      checked(syscall(numbers.send, descriptor, messages, count, MSG_DONTWAIT, 0)),
    pause: (milliseconds) => {
      pause[2] = Math.max(1, 1e6 * milliseconds - SLACK_NANOSECONDS);
      nanosleep(numbers.sleep, pause, 0);
    },
    giveBack: giveBackBy(library),
    addressOf: (memory) => Number(koffi.address(memory)),
    watch: (descriptor, onReady) => watch(koffi.node, descriptor, onReady),
  };
}

function giveBackBy(library: ReturnType<typeof import('koffi')['load']>): (() => void) | undefined {
  try {
    const trim: (kept: number) => number = library.func('int malloc_trim(uintptr_t)');
    return () => void trim(0);
  } catch {
    return undefined;
  }
}

function watch(node: typeof import('koffi')['node'], descriptor: number, onReady: OnReady): Watch {
  // The first argument is libuv's status, whatever koffi's types say.
  const onEvent = (status: unknown): void => {
    try {
      onReady(Number(status) < 0);
    } catch (error) {
      // No caller would catch it here, and koffi would keep it for another call.
      setImmediate(() => {
        throw error;
      });
    }
  };
  const handle = node.poll(descriptor, { readable: true }, onEvent);
  let isOpen = true;
  // With a closed handle, koffi would use memory that is free.
  const opened = () => {
    assert(isOpen, 'a watch that is closed watches nothing');
    return handle;
  };
  return {
    await: (event) => opened().start({ [event]: true }, onEvent),
    rest: () => opened().stop(),
    close: () => {
      opened().close();
      isOpen = false;
    },
  };
}
