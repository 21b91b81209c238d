/** The keys of the answer never end. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'An answer that is a spinning proxy',
  code: `return new Proxy(
  {},
  {
    ownKeys: () => {
      for (;;) {}
    },
  },
);`,
  ends: ['budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
