/** Records of TLS that hold one octet each: decrypted one by one, before anybody knows how many there are. */
import { dialTls, query } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'TLS in records of one octet',
  innocents: 'tls',
  strike: ({ tlsPort }) => {
    const octets = [...query('www.static.example')].map((octet) => Buffer.of(octet));
    for (let index = 0; index < 40; index += 1) {
      const socket = dialTls(tlsPort, index)
        .on('secureConnect', () => push())
        .resume();
      const push = (): void => {
        while (!socket.destroyed && !socket.writableNeedDrain)
          for (const octet of octets) socket.write(octet);
      };
      socket.on('drain', push);
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
