/** HTTP/2 as probes speak it: one session on one connection, which ends with the attempt. */
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import type { Settle } from '../probe-attempt.ts';
import { bothSockets } from './both-sockets.ts';
import { limitWire } from './octet-limit.ts';

export interface Http2Way {
  readonly wire: Socket;
  /** The wire, or TLS on it. */
  readonly socket: Socket;
  readonly isTls: boolean;
  readonly authority: string;
}

/** What an attempt says whose connection ends too early. */
export const CLOSED_EARLY = 'Connection closed before an answer';

/** Calls `begin` once a session is there. Returns what closes all of it. */
export function overHttp2(
  { wire, socket, isTls, authority }: Http2Way,
  settle: Settle,
  begin: (session: ClientHttp2Session) => void,
): { destroy(): void } {
  limitWire(wire, settle);
  const both = bothSockets(wire, socket, settle);
  socket.once('close', () => settle(wire.errored ?? CLOSED_EARLY));
  let session: ClientHttp2Session | undefined;
  socket.once(isTls ? 'secureConnect' : 'connect', () => {
    // Node ends the process where HTTP/2 begins on a socket that is destroyed as it connects (assertion in
    // Http2Session::Consume, Node 26.10).
    if (socket.destroyed || wire.destroyed) return;
    try {
      session = connect(`${isTls ? 'https' : 'http'}://${authority}`, {
        createConnection: () => socket,
        settings: { enablePush: false },
      });
      session.on('error', settle);
      begin(session);
    } catch (error) {
      // Node throws at once for a header that HTTP/2 does not have.
      settle(error);
    }
  });
  return {
    destroy() {
      session?.destroy();
      both.destroy();
    },
  };
}
