/** The answer cannot be read. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'An answer with a getter that throws',
  code: `return {
  get TXT() {
    throw new Error('no');
  },
};`,
  ends: ['invalid', 'throw'],
};

if (import.meta.main) battle(attack);
