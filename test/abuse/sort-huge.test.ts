/** A built-in that copies what it sorts. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A sort of a hundred million elements',
  code: `const all: number[] = [];
all.length = 1e8;
all.fill(1).sort();`,
  ends: ['budget', 'memory', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
