/** The process neither computes nor answers, as one that a debugger or the system has stopped. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A sandbox that is stopped',
  code: "standIn('stop');",
  ends: ['budget', 'deadline', 'sandbox'],
  standIns: true,
};

if (import.meta.main) battle(attack);
