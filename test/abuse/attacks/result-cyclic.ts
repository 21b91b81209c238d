/** An answer that contains itself. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A cyclic answer',
  code: `const cycle: any = {};
cycle.A = [cycle];
cycle.TXT = cycle;
return cycle;`,
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
