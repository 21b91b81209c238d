/** HTTP/2: sessions with all streams open, all of which the client tears down in the same moment. */
import { begun, PREFACE } from '../../support/http2-frames.ts';
import { dialTls } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const SESSIONS = 120;
const STREAMS = 100;

export const attack: StrangerAttack = {
  title: 'Sessions of HTTP/2 torn down with all streams open',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const streams = Array.from({ length: STREAMS }, (_, index) => begun(2 * index + 1, '/dns-query'));
    const octets = Buffer.concat([PREFACE, ...streams]);
    const come = (): void => {
      const sockets = Array.from({ length: SESSIONS }, (_, index) => {
        const socket = dialTls(httpsPort, index, 'h2').resume();
        return socket.on('secureConnect', () => socket.write(octets));
      });
      setTimeout(() => {
        for (const socket of sockets) socket.resetAndDestroy();
        setTimeout(come, 10);
      }, 700);
    };
    come();
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
