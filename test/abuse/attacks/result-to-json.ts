/** What is made JSON runs code of the policy. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'An answer with a spinning toJSON',
  code: `const spin = {
  value: () => {
    for (;;) {}
  },
};
Object.defineProperty(Object.prototype, 'toJSON', spin);
Object.defineProperty(Array.prototype, 'toJSON', spin);
Object.defineProperty(String.prototype, 'toJSON', spin);`,
  ends: ['budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
