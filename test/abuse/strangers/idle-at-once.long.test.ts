/** Connections of all kinds that come in the same moment, say nothing, and so become idle in the same moment. */
import { begun, PREFACE } from '../../support/http2-frames.ts';
import { dial, dialTls } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const STREAMS = 100;

export const attack: StrangerAttack = {
  title: 'Connections that are idle all at once',
  innocents: 'tls',
  config: 'tcp: { idle: 1 }\n',
  strike: ({ port, tlsPort, httpsPort }) => {
    const streams = Array.from({ length: STREAMS }, (_, index) => begun(2 * index + 1, '/dns-query'));
    const octets = Buffer.concat([PREFACE, ...streams]);
    for (let index = 0; index < 360; index += 1) {
      const come = (): void => {
        const kind = index % 3;
        const socket =
          kind === 0
            ? dial(port, index)
            : dialTls(kind === 1 ? tlsPort : httpsPort, index, kind === 1 ? 'dot' : 'h2');
        socket.resume().on('close', () => setTimeout(come, 20));
        if (kind === 2 && index % 9 === 2) socket.on('secureConnect', () => socket.write(octets));
      };
      come();
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
