/** All places are taken by those who say nothing, from nine addresses, and taken again when they are lost. */
import assert from 'node:assert/strict';
import { dial } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const ADDRESSES = 9;

export const attack: StrangerAttack = {
  title: 'Silent connections in all places',
  strike: async ({ port }) => {
    const come = (index: number): Promise<unknown> =>
      new Promise((resolve) =>
        dial(port, index, ADDRESSES).on('connect', resolve).on('error', resolve).resume(),
      );
    await Promise.all(Array.from({ length: ADDRESSES * 128 }, (_, index) => come(index)));
    setInterval(() => void come(Math.floor(Math.random() * ADDRESSES)), 5);
  },
  sees: async (server) => {
    const page = await (await fetch(`${server.adminUrl}/metrics`)).text();
    const displaced = /reason="tcp_displaced"\} (\d+)/.exec(page)?.[1];
    assert.ok(Number(displaced) > 5, `${displaced} went for newcomers`);
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
