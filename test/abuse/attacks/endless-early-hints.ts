/** Checks of a server that answers each probe with responses of 1xx, as fast as they are read. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

const HINTS = `HTTP/1.1 103 Early Hints\r\nLink: <${'x'.repeat(500)}>\r\n\r\n`.repeat(50);

let evil: Server | undefined;

/** On every address of loopback, from the first time on; it keeps no process alive. */
function evilPort(): number {
  evil ??= createServer((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(HINTS));
    };
    socket
      .on('error', () => {})
      .on('drain', more)
      .resume()
      .unref();
    more();
  })
    .listen(0)
    .unref();
  return (evil.address() as AddressInfo).port;
}

export const attack: HandlerAttack = {
  title: 'Responses that never come to an end',
  get settings() {
    return `pools: { evil: {
  A: Array.from({ length: 99 }, (_, index) => '127.0.0.' + (1 + index)),
  check: { type: 'http', port: ${evilPort()}, interval: 1, timeout: 1 },
} },`;
  },
  code: `return query.client.ip === '' ? 'evil' : { TXT: 'policy' };`,
  ends: [],
};

if (import.meta.main) battle(attack);
