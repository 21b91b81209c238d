/** More addresses than any message carries. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'An answer of a million records',
  code: `return { A: new Array(1e6).fill('192.0.2.1') };`,
  ends: ['invalid', 'budget', 'memory', 'sandbox'],
};

if (import.meta.main) battle(attack);
