/** A text in which each character is an escape. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A plan that is all escapes',
  code: `return { URI: ['1 1 "' + '\\\\000'.repeat(12_000) + '"'] };`,
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
