/** Every look at what was thrown throws again. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A thrown proxy',
  code: `throw new Proxy(new Error('no'), {
  get: () => {
    throw new Error('no look either');
  },
});`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
