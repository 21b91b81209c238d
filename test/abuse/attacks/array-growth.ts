/** Memory on the heap, quickly. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Arrays without end',
  code: 'for (const all: unknown[] = []; ; ) all.push(new Array(100_000).fill(query.name));',
  ends: ['budget', 'memory', 'sandbox'],
};

if (import.meta.main) battle(attack);
