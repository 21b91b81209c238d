/**
 * Bounds the octets that one probe reads. Before its answer a server may send 1xx responses, headers or TLS
 * messages without end, and control would read all of them until the timeout.
 */
import type { Socket } from 'node:net';
import type { Settle } from '../probe-attempt.ts';

/**
 * Enough for a handshake with a long chain of certificates, the headers, and the part of a body that comes
 * along.
 */
export const MOST_OCTETS = 262_144;
/** Milliseconds between two checks: TLS emits no event for the octets of its own messages. */
const LOOK_MS = 50;

const PROBLEM = `No answer within ${MOST_OCTETS / 1024} KB`;

/**
 * Fails an attempt once `wire` has received too many octets. The probe reads from `socket`: `wire` or TLS on
 * it.
 */
export function limitOctets(wire: Socket, socket: Socket, settle: Settle): void {
  socket.on('data', limitWire(wire, settle));
}

/** As above, where the octets are read by somebody else. Returns what looks at once whether they are too many. */
export function limitWire(wire: Socket, settle: Settle): () => void {
  const look = (): void => {
    if (wire.bytesRead > MOST_OCTETS) settle(PROBLEM);
  };
  const timer = setInterval(look, LOOK_MS).unref();
  wire.once('close', () => clearInterval(timer));
  return look;
}
