/** Connections that agree on keys, all at the same moment, and come again. */
import { dialTls } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Handshakes all at once',
  innocents: 'tls',
  strike: ({ tlsPort }) => {
    const come = (index: number): void => {
      // A session that is resumed would be cheaper.
      const socket = dialTls(tlsPort, index)
        .on('secureConnect', () => socket.destroy())
        .resume();
      socket.on('close', () => setTimeout(come, 10, index));
    };
    for (let index = 0; index < 120; index += 1) come(index);
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
