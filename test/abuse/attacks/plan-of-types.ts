/** Each of the types there may be, without a record. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A plan of thousands of types',
  code: `return Object.fromEntries(Array.from({ length: 4000 }, (_, n) => ['TYPE' + (n + 300), []]));`,
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
