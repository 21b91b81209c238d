/** HTTP requests whose paths name thousands of variables. */
import { connect } from 'node:http2';
import { dialTls } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const PATH = `/dns-query?${'a&'.repeat(7500)}`;
const CONNECTIONS = 20;
const STREAMS = 50;

export const attack: StrangerAttack = {
  title: 'HTTP requests of thousands of variables',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const come = (index: number): void => {
      const session = connect(`https://127.0.0.1:${httpsPort}`, {
        createConnection: () => dialTls(httpsPort, index, 'h2'),
      });
      const ask = (): void => {
        const stream = session.request({ ':path': PATH });
        stream
          .on('error', () => {})
          .resume()
          .on('close', () => session.destroyed || ask());
      };
      session.on('error', () => {}).on('close', () => setTimeout(come, 10, index));
      session.on('connect', () => {
        for (let count = 0; count < STREAMS; count += 1) ask();
      });
    };
    for (let index = 0; index < CONNECTIONS; index += 1) come(index);
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
