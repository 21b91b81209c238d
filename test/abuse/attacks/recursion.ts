/** It ends where the stack does. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Recursion without end',
  code: `const deeper = (): number => deeper() + 1;
deeper();`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
