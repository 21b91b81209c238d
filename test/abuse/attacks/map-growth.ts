/** Many small objects, and a table that is copied whenever it grows. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A map without end',
  code: 'for (const all = new Map(); ; ) all.set({}, { size: all.size });',
  ends: ['budget', 'memory', 'sandbox'],
};

if (import.meta.main) battle(attack);
