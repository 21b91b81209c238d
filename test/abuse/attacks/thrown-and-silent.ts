/** isolated-vm 7.0.1 has never come back from what was thrown: the process hangs where it runs no policy any more. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A throw after which the process says nothing',
  code: `standIn('hang later');
throw new Error('no');`,
  ends: ['budget', 'sandbox'],
  standIns: true,
};

if (import.meta.main) battle(attack);
