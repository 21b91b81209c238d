/** The same over TCP, where nobody is put off: connections that ask for never-seen names as fast as they are read. */
import { dial } from './guest.ts';
import { assertSignedOrTruncated, SIGNED, signedZonesServed, unseenQuery } from './signed-zones.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const CONNECTIONS = 40;
/** Written at one go. */
const QUERIES = 200;

export const attack: StrangerAttack = {
  title: 'A flood of never-seen names of signed zones over TCP',
  ...SIGNED,
  strike: async ({ port }) => {
    await signedZonesServed({ port });
    const chunk = (): Buffer =>
      Buffer.concat(
        Array.from({ length: QUERIES }, () => {
          const query = unseenQuery();
          return Buffer.concat([Buffer.of(query.length >> 8, query.length & 0xff), query]);
        }),
      );
    for (let index = 0; index < CONNECTIONS; index += 1) {
      const socket = dial(port, index);
      const push = (): void => {
        while (!socket.destroyed && socket.write(chunk()));
      };
      socket.on('connect', push).on('drain', push).resume();
    }
  },
  sees: assertSignedOrTruncated,
};

if (import.meta.main) stranger(attack, import.meta.filename);
