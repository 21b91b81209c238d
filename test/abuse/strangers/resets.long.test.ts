/** Connections of all kinds that are reset at the same moment, and come again. */
import { dial, dialTls, query, repeated } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Resets all at once',
  strike: ({ port, tlsPort, httpsPort }) => {
    const queries = repeated(query('www.static.example'), 20);
    const come = (): void => {
      const sockets = Array.from({ length: 150 }, (_, index) => {
        if (index % 3 === 0) return dial(port, index);
        return index % 3 === 1 ? dialTls(tlsPort, index) : dialTls(httpsPort, index, 'h2');
      });
      for (const socket of sockets) socket.resume().write(queries);
      setTimeout(() => {
        for (const socket of sockets) socket.resetAndDestroy();
        setTimeout(come, 10);
      }, 250);
    };
    come();
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
