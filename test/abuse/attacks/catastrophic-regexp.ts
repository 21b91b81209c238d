/** Exponential backtracking, in a call of a built-in. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A catastrophic regular expression',
  code: `/^(a+)+$/.test('a'.repeat(60) + 'b');`,
  ends: ['budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
