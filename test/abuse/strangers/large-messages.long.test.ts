/** Messages of 64 KB that are refused, pipelined. */
import { dial, pour } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'Messages of the greatest length',
  strike: ({ port }) => {
    // An opcode nobody has: refused for its header, whatever else it holds.
    const message = Buffer.alloc(2 + 0xffff, 'x');
    message.set([0xff, 0xff, 0, 1, 0x70, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for (let index = 0; index < 100; index += 1) {
      const socket = dial(port, index);
      socket.on('connect', () => pour(socket, message)).resume();
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
