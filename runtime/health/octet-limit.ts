/**
 * A bound on what one probe reads. A server may send without end what is no answer yet: responses of 1xx, headers,
 * messages of TLS. Control would have all of it to read until the time is over, for nothing.
 */
import type { Socket } from 'node:net';
import type { Settle } from './probe-attempt.ts';

/** A handshake with the longest chain of certificates, the headers, and what of a body comes along with them. */
export const MOST_OCTETS = 262_144;
/** Milliseconds between two looks: TLS emits no event for the octets of its own messages. */
const LOOK_MS = 50;

const PROBLEM = `No answer within ${MOST_OCTETS / 1024} KB`;

/** Ends an attempt in failure once `wire` has had too many octets; `socket` is what it is read from, itself or TLS on it. */
export function limitOctets(wire: Socket, socket: Socket, settle: Settle): void {
  const look = (): void => {
    if (wire.bytesRead > MOST_OCTETS) settle(PROBLEM);
  };
  const timer = setInterval(look, LOOK_MS).unref();
  socket.on('data', look).once('close', () => clearInterval(timer));
}
