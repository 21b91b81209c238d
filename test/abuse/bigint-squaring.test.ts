/** A multiplication that nothing interrupts, each four times as long as the one before. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A bigint that is squared again and again',
  code: 'for (let n = 3n; ; ) n *= n;',
  ends: ['budget', 'memory', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
