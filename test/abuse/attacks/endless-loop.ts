/** A loop that V8 can interrupt. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'An endless loop',
  code: 'for (;;) {}',
  ends: ['budget'],
};

if (import.meta.main) battle(attack);
