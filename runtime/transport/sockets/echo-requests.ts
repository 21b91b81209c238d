/**
 * ICMP echo requests without any right: each on a socket of its own, to whose port the kernel gives the identifier of the
 * request, so that it hears the reply to it and nothing else (icmp(7), "ping sockets"). Which groups may open such sockets
 * is in net.ipv4.ping_group_range; for IPv6 as well.
 */
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { constants } from 'node:os';
import process from 'node:process';
import { getSystemErrorName } from 'node:util';
import { socketName } from '../udp/bound-socket.ts';
import { loadSystemCalls, type SystemCalls } from '../udp/system-calls.ts';
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from './socket-numbers.ts';

const { EACCES, EAGAIN, EINTR, EPERM } = constants.errno;

interface Protocol {
  readonly domain: number;
  readonly number: number;
  readonly request: number;
  readonly reply: number;
}

/** RFC 792: echo is type 8, its reply 0. RFC 4443 §4: 128 and 129. */
const ICMP: Protocol = { domain: AF_INET, number: 1, request: 8, reply: 0 };
const ICMPV6: Protocol = { domain: AF_INET6, number: 58, request: 128, reply: 129 };

const TOKEN_AT = 8;
/** As much as ping(8) sends; V8 keeps so many octets where the kernel may read them. */
const MESSAGE_OCTETS = 64 + TOKEN_AT;

const NO_CALLS = 'Needs Linux on x64 or arm64, and the optional package koffi';

/**
 * Makes a function that sends a request to an address and resolves when the reply is there: to `undefined`, or to an error, with
 * the system's code where there is one. When the signal aborts, it ends with an error of no meaning.
 */
export function createEchoSender(
  load: typeof loadSystemCalls = loadSystemCalls,
): (address: string, signal: AbortSignal) => Promise<Error | undefined> {
  let loading: ReturnType<typeof loadSystemCalls> | undefined;
  return async (address, signal) => {
    loading ??= load();
    const calls = await loading;
    if (!calls.ok) return new Error(NO_CALLS);
    return await echo(calls.value, address, signal);
  };
}

/** Why no request can be sent from this process, with what permits it; `undefined` if some can. Nothing is sent. */
export async function whyNoEcho(load: typeof loadSystemCalls = loadSystemCalls): Promise<string | undefined> {
  const calls = await load();
  if (!calls.ok) return NO_CALLS;
  const opened = calls.value.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, ICMP.number);
  if (opened < 0) return notOpened(opened).message;
  calls.value.close(opened);
  return undefined;
}

function echo(calls: SystemCalls, address: string, signal: AbortSignal): Promise<Error | undefined> {
  const protocol = isIPv6(address) ? ICMPV6 : ICMP;
  const descriptor = calls.socket(
    protocol.domain,
    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
    protocol.number,
  );
  if (descriptor < 0) return Promise.resolve(notOpened(descriptor));
  const request = requestOf(protocol);
  const connected = calls.connect(descriptor, socketName(calls, { address, port: 0 }));
  const sent = connected < 0 ? connected : calls.sendOctets(descriptor, request);
  if (sent < 0 || signal.aborted) {
    calls.close(descriptor);
    return Promise.resolve(systemError(sent));
  }
  return replyTo(request, { calls, descriptor, protocol }, signal);
}

interface Opened {
  readonly calls: SystemCalls;
  readonly descriptor: number;
  readonly protocol: Protocol;
}

function replyTo(
  request: Uint8Array,
  { calls, descriptor, protocol }: Opened,
  signal: AbortSignal,
): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  const room = new Uint8Array(MESSAGE_OCTETS);
  let isOver = false;
  const end = (problem?: Error): void => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    watch.close();
    calls.close(descriptor);
    resolve(problem);
  };
  const onAbort = (): void => end(new Error('Stopped'));
  const watch = calls.watch(descriptor, () => {
    const count = calls.receiveOctets(descriptor, room);
    if (count === -EAGAIN || count === -EINTR) return;
    if (count >= 0 && !isReply(room.subarray(0, count), request, protocol)) return;
    // Within this callback promises do not run on, and the watch that calls must not be closed.
    watch.rest();
    setImmediate(() => end(count < 0 ? systemError(count) : undefined));
  });
  signal.addEventListener('abort', onAbort);
  return promise;
}

/** Type, code, checksum and identifier, which the kernel fills in, a sequence number, and data that only this one has. */
function requestOf({ request }: Protocol): Uint8Array {
  const message = new Uint8Array(MESSAGE_OCTETS);
  message[0] = request;
  message.set(randomBytes(MESSAGE_OCTETS - TOKEN_AT), TOKEN_AT);
  return message;
}

/** RFC 792, RFC 4443 §4.2: the data that were sent come back. */
function isReply(message: Uint8Array, request: Uint8Array, { reply }: Protocol): boolean {
  return message[0] === reply && Buffer.compare(message.subarray(TOKEN_AT), request.subarray(TOKEN_AT)) === 0;
}

function notOpened(outcome: number): Error {
  if (outcome !== -EACCES && outcome !== -EPERM) return systemError(outcome);
  const group = process.getegid?.() ?? 0;
  return new Error(
    `Not permitted to group ${group} of this server: sysctl -w net.ipv4.ping_group_range="${group} ${group}" permits it`,
  );
}

function systemError(outcome: number): Error {
  const code = outcome < 0 ? getSystemErrorName(outcome) : 'ECANCELED';
  return Object.assign(new Error(code), { code });
}
