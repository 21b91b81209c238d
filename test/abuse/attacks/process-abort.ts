/** Single calls of V8 (Node 26.10, isolated-vm 7.0.1) have ended the process, before any limit of memory was seen. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A call that ends the process',
  code: `standIn('crash');`,
  ends: ['sandbox'],
  standIns: true,
};

if (import.meta.main) battle(attack);
