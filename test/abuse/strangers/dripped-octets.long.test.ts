/** Two hundred connections that send an octet at a time, all of them in each turn. */
import { dial, query } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'An octet at a time',
  strike: ({ port }) => {
    const octets = [...query('www.static.example')].map((octet) => Buffer.of(octet));
    const sockets = Array.from({ length: 200 }, (_, index) => dial(port, index).resume());
    let at = 0;
    const drip = (): void => {
      const octet = octets[at % octets.length];
      for (const socket of sockets) if (octet !== undefined && socket.writable) socket.write(octet);
      at += 1;
      setImmediate(drip);
    };
    drip();
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
