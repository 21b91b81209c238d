/** A proxy whose connections never say whose they are, more of them than files may be open, and numbers asked for meanwhile. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type StrangerAttack, stranger } from './stranger.ts';

export const attack: StrangerAttack = {
  title: 'PROXY headers that never come',
  config: "proxy: { from: ['127.0.2.2'] }\n",
  descriptors: 700,
  strike: async ({ port }) => {
    const come = (index: number): Promise<unknown> =>
      new Promise((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.2.2' });
        socket.on('connect', resolve).on('error', resolve).resume();
        // Some begin one, and go on an octet at a time.
        if (index % 3 === 0) setInterval(() => socket.write('\r'), 500 + index);
      });
    await Promise.all(Array.from({ length: 900 }, (_, index) => come(index)));
    setInterval(() => void come(1), 5);
  },
  sees: (server, { processes }) => {
    assert.match(server.output(), /may open 700 files, and would need/);
    assert.ok(
      processes.every(({ rssBytes }) => (rssBytes ?? 0) > 0),
      'numbers can be told',
    );
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
