/** An array of half a billion strings: V8 ends the process before any limit of memory is seen. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A huge string that is split',
  code: '"x".repeat(2 ** 29 - 30).split("");',
  ends: ['budget', 'memory', 'sandbox'],
};

if (import.meta.main) battle(attack);
