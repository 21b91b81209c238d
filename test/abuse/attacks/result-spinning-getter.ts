/** The answer is read by code of the policy. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'An answer with a spinning getter',
  code: `return {
  get TXT() {
    for (;;) {}
  },
};`,
  ends: ['budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
