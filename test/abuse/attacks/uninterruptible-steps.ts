/** Calls that nothing interrupts (as of V8 in Node 26.10, with isolated-vm 7.0.1), each four times as long as the one before. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Calls that take ever longer',
  code: `for (let milliseconds = 0.1; ; milliseconds *= 4) standIn('compute', milliseconds);`,
  ends: ['budget', 'sandbox'],
  standIns: true,
};

if (import.meta.main) battle(attack);
