/** State of its own: other answers for the same reads. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Answers that contradict each other',
  top: 'let turn = 0;',
  also: /^NOERROR TXT (odd|even)$/,
  code: `turn += 1;
return turn % 2 === 0 ? { TXT: 'odd' } : { TXT: 'even' };`,
  ends: [],
};

if (import.meta.main) battle(attack);
