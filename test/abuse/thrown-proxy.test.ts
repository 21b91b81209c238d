/** Every look at what was thrown spins. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A thrown proxy',
  code: `throw new Proxy(new Error('no'), {
  get: () => {
    for (;;) {}
  },
});`,
  ends: ['budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
