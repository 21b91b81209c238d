/** Single calls of V8 (Node 26.10, isolated-vm 7.0.1) have returned at last, and no timeout has interrupted them before. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A call that takes forty times the budget',
  code: `standIn('compute', 200);`,
  ends: ['budget', 'sandbox'],
  standIns: true,
};

if (import.meta.main) battle(attack);
