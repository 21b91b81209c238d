/** Memory outside of the heap, and touched. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Typed arrays without end',
  code: 'for (const all: unknown[] = []; ; ) all.push(new Float64Array(1 << 20).fill(1));',
  ends: ['budget', 'memory', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
