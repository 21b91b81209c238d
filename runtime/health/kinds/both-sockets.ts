/** A connection, and TLS on it where there is TLS: an error of either ends the attempt, and its end closes both. */
import type { Socket } from 'node:net';
import type { Settle } from '../probe-attempt.ts';

export function bothSockets(wire: Socket, socket: Socket, settle: Settle): { destroy(): void } {
  // `on` and not `once`: a socket may report another error while it closes.
  wire.on('error', settle);
  socket.on('error', settle);
  return {
    destroy() {
      socket.destroy();
      wire.destroy();
    },
  };
}
