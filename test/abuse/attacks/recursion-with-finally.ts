/** Each overflow of the stack starts another descent. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Recursion that goes on when the stack is full',
  code: `const deeper = (): void => {
  try {
    deeper();
  } finally {
    deeper();
  }
};
deeper();`,
  ends: ['budget', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
