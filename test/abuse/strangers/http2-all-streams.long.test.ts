/** HTTP/2: sessions that have as many streams open as they may, all the time. */
import { connect } from 'node:http2';
import { dialTls, query } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const STREAMS = 100;

export const attack: StrangerAttack = {
  title: 'Sessions of HTTP/2 with all streams in use',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const path = `/dns-query?dns=${query('www.static.example').subarray(2).toString('base64url')}`;
    const come = (index: number): void => {
      const session = connect(`https://127.0.0.1:${httpsPort}`, {
        createConnection: () => dialTls(httpsPort, index, 'h2'),
      });
      const ask = (): void => {
        session
          .request({ ':path': path })
          .on('error', () => {})
          .resume()
          .on('close', () => session.destroyed || ask());
      };
      session.on('error', () => {}).on('close', () => setTimeout(come, 10, index));
      session.on('connect', () => {
        for (let count = 0; count < STREAMS; count += 1) ask();
      });
    };
    for (let index = 0; index < 20; index += 1) come(index);
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
