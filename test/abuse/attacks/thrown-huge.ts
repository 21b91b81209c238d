/** An error whose message is a quarter of a gigabyte. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A thrown error with a huge message',
  code: `throw new Error('x'.repeat(2 ** 28));`,
  ends: ['throw', 'budget', 'memory', 'sandbox'],
};

if (import.meta.main) battle(attack);
