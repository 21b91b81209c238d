/** Flat strings, kept. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Strings without end',
  code: `for (const all: string[] = []; ; ) all.push(JSON.stringify('x'.repeat(1 << 24)));`,
  ends: ['budget', 'memory', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
