/** A text that no message could carry. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A huge answer',
  code: `return { TXT: 'x'.repeat(2 ** 28) };`,
  ends: ['invalid', 'budget', 'memory', 'sandbox'],
};

if (import.meta.main) battle(attack);
