/** `tcp`: the server accepts a connection, and answers as the check says, if it says so. */
import type { Socket } from 'node:net';
import { keyPath } from '../../base/key-path.ts';
import { attemptProbe, type Settle } from '../probe-attempt.ts';
import type { Target } from '../target.ts';
import { ExpectedText, readOctetText } from './expected-text.ts';
import { aimsAt, type CheckKind, readPort } from './kind.ts';
import { limitOctets } from './octet-limit.ts';

export interface TcpTarget extends Target {
  readonly type: 'tcp';
  /** Text to send once the connection is there. */
  readonly send?: string;
  /** A text that the server must say. */
  readonly expect?: string;
}

export const TCP: CheckKind<TcpTarget> = {
  type: 'tcp',
  fields: ['port', 'address', 'send', 'expect'],
  read(check, path, reader) {
    const port = readPort(check, path, reader);
    const send = readOctetText(check.send, keyPath(path, 'send'), reader);
    const expect = readOctetText(check.expect, keyPath(path, 'expect'), reader);
    if (port === undefined) return undefined;
    const talk = { ...(send !== undefined && { send }), ...(expect !== undefined && { expect }) };
    return aimsAt<TcpTarget>(check, path, reader, (address) => ({ type: 'tcp', address, port, ...talk }));
  },
  identity: ({ send, expect }) =>
    (send ?? expect) === undefined ? '' : ` ${JSON.stringify({ send, expect })}`,
  label: () => '',
  sent: ({ send }) => send,
  createProber: ({ dialer }) => ({
    probe: (target, signal) =>
      attemptProbe(target.timeoutMs, signal, (settle) => {
        const socket = dialer.connect(target);
        // `on` and not `once`: a socket may report another error while it closes.
        socket.on('error', settle);
        if (target.expect !== undefined) listen(socket, target.expect, settle);
        socket.once('connect', () => {
          // A connection that leads where none may is destroyed by now.
          if (socket.destroyed) return;
          if (target.send !== undefined) socket.write(target.send);
          if (target.expect === undefined) settle();
        });
        return socket;
      }),
  }),
};

function listen(socket: Socket, wanted: string, settle: Settle): void {
  const expected = new ExpectedText(wanted);
  limitOctets(socket, socket, settle);
  socket.on('data', (octets: Buffer) => {
    if (expected.take(octets)) settle();
    else if (expected.isFull) settle(expected.problem('what it says'));
  });
  const end = (): void => settle(socket.errored ?? expected.problem('what it says'));
  socket.once('end', end).once('close', end);
}
