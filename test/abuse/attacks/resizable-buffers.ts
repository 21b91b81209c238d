/** Address space that is asked for and not used. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Resizable buffers without end',
  code: 'for (const all: unknown[] = []; ; ) all.push(new ArrayBuffer(0, { maxByteLength: 2 ** 32 }));',
  ends: ['budget', 'memory', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
