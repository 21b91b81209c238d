/** The same inside TLS, where innocents come as well. */
import { dialTls, pour, query, repeated } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Pipelining inside TLS',
  innocents: 'tls',
  strike: ({ tlsPort }) => {
    const chunk = repeated(query('www.static.example'), 500);
    for (let index = 0; index < 60; index += 1) {
      const socket = dialTls(tlsPort, index);
      socket.on('secureConnect', () => pour(socket, chunk)).resume();
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
