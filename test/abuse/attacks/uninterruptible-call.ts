/** Single calls of V8 (Node 26.10, isolated-vm 7.0.1) have gone on without end, and no timeout has interrupted them. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A call that never returns',
  code: `standIn('hang');`,
  ends: ['budget', 'sandbox'],
  standIns: true,
};

if (import.meta.main) battle(attack);
