/** Two hundred connections, each of which asks as fast as it is read: a chunk of one is a thousand queries and more. */
import { dial, pour, query, repeated } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Pipelining on many connections',
  strike: ({ port }) => {
    const chunk = repeated(query('www.static.example'), 1700);
    for (let index = 0; index < 200; index += 1) {
      const socket = dial(port, index);
      socket.on('connect', () => pour(socket, chunk)).resume();
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
