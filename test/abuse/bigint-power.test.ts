/** One power that nothing interrupts. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A bigint to a huge power',
  code: 'String(2n ** (2n ** 30n - 1n));',
  ends: ['budget', 'memory', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
