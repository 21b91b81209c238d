/** Single calls of V8 (Node 26.10, isolated-vm 7.0.1) have taken memory by the gigabyte, and neither limit nor timeout has interrupted them. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A call that takes all the memory',
  code: `standIn('eat');`,
  ends: ['budget', 'memory', 'sandbox'],
  standIns: true,
};

if (import.meta.main) battle(attack);
