/** Memory outside of the heap, in large pieces. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Array buffers without end',
  code: 'for (const all: unknown[] = []; ; ) all.push(new ArrayBuffer(1 << 28));',
  ends: ['budget', 'memory', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
