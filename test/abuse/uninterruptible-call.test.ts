/** One call of a built-in that no timeout of V8 interrupts. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A built-in that never returns',
  code: 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);',
  ends: ['budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
