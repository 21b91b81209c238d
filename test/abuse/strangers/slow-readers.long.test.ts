/** Connections that ask for 60 KB again and again, and read nothing. */
import { dial, pour, query, repeated } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const LARGE = Array.from({ length: 240 }, (_, index) => `"${String(index).padStart(250, 'x')}"`).join(' ');

export const attack: StrangerAttack = {
  title: 'Large answers that nobody reads',
  files: { 'large.example.zone': `www 30 IN TXT ${LARGE}\n` },
  strike: ({ port }) => {
    const chunk = repeated(query('www.large.example'), 100);
    for (let index = 0; index < 200; index += 1) {
      const socket = dial(port, index).pause();
      socket.on('connect', () => pour(socket, chunk));
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
