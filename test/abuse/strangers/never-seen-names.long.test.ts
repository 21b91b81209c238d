/** Names of signed zones that nobody has asked for, each of which takes a signature, as fast as they are answered. */
import { createSocket } from 'node:dgram';
import { assertPutOff, SIGNED, signedZonesServed, unseenQuery } from './signed-zones.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const SOCKETS = 4;
/** Of one socket, on their way. */
const AT_ONCE = 40;
const SILENCE_MS = 50;

export const attack: StrangerAttack = {
  title: 'A flood of never-seen names of signed zones',
  ...SIGNED,
  // Little of the time is for signatures: on a busy machine the flood is slow as well.
  config: SIGNED.config.replace(' }', ', share: 0.02 }'),
  strike: async ({ port }) => {
    await signedZonesServed({ port });
    for (let index = 0; index < SOCKETS; index += 1) {
      const socket = createSocket('udp4');
      let answered = 0;
      let before = -1;
      socket.on('message', () => {
        answered += 1;
        socket.send(unseenQuery());
      });
      const fill = (): void => {
        for (let count = 0; count < AT_ONCE; count += 1) socket.send(unseenQuery());
      };
      // What is lost is asked again, once nothing has come for a while.
      const look = (): void => {
        if (answered === before) fill();
        before = answered;
      };
      socket.connect(port, '127.0.0.1', () => {
        fill();
        setInterval(look, SILENCE_MS);
      });
    }
  },
  sees: assertPutOff,
};

if (import.meta.main) stranger(attack, import.meta.filename);
