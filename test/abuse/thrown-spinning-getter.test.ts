/** Whoever looks at what was thrown never comes back. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A thrown object with a spinning getter',
  code: 'throw { get message() { for (;;) {} }, get stack() { for (;;) {} } };',
  ends: ['budget', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
