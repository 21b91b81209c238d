/**
 * The socket at which a service manager hears from its services (sd_notify(3)): datagrams to a Unix socket in the file
 * system, or in Linux's abstract namespace (unix(7)), for which Node has no sockets of its own.
 */
import type { SystemCalls } from '../udp/system-calls.ts';
import { SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from './socket-numbers.ts';

const AF_UNIX = 1;
/** Octets of a socket's name in the structure of the system. */
const NAME_ROOM = 108;

/** Sends a message to the socket of this name, `/run/…` or `@…`; returns a negative error number if it does not go. */
export function notifySocket(calls: SystemCalls, name: string, message: string): number {
  const octets = unixName(name);
  if (octets === undefined) return -1;
  const descriptor = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return descriptor;
  try {
    const outcome = calls.connect(descriptor, octets);
    return outcome < 0 ? outcome : calls.sendOctets(descriptor, Buffer.from(message));
  } finally {
    calls.close(descriptor);
  }
}

/**
 * struct sockaddr_un: family in host order, then a path with its NUL, or a NUL and a name that has no end but that of
 * the structure. `undefined` for a name of neither kind.
 */
export function unixName(name: string): Uint8Array | undefined {
  const octets = Buffer.from(name);
  const isAbstract = name.startsWith('@');
  if ((!isAbstract && !name.startsWith('/')) || octets.length >= NAME_ROOM) return undefined;
  const structure = new Uint8Array(2 + octets.length + (isAbstract ? 0 : 1));
  new Uint16Array(structure.buffer, 0, 1)[0] = AF_UNIX;
  structure.set(octets, 2);
  if (isAbstract) structure[2] = 0;
  return structure;
}
