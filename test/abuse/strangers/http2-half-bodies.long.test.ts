/** HTTP/2: bodies that are given up half-way, behind more fields than anybody sends. */
import { begun, PREFACE, part, reset } from '../../support/http2-frames.ts';
import { haunt } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Requests of HTTP/2 with many fields, given up half-way',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const streams = Array.from({ length: 190 }, (_, index) => 2 * index + 1);
    const half = Buffer.alloc(500);
    // Half of them are left open.
    const frames = streams.flatMap((stream) => {
      const sent = [begun(stream, '/dns-query', 58), part(stream, half)];
      return stream % 4 === 1 ? [...sent, reset(stream)] : sent;
    });
    const octets = Buffer.concat([PREFACE, ...frames]);
    for (let index = 0; index < 20; index += 1)
      haunt(httpsPort, index, (socket) => {
        socket.write(octets);
        const bored = setTimeout(() => socket.destroy(), 100);
        socket.on('close', () => clearTimeout(bored));
      });
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
