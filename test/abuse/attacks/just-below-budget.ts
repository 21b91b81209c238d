/** Every run takes nearly all it may, so that there is little left for others. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A handler that is always nearly too slow',
  also: /^NOERROR TXT policy$/,
  mayFail: true,
  code: 'for (let turn = 0, rest = 1; turn < 1e6; turn += 1) rest = (rest * 7 + turn) % 1009;',
  ends: ['budget', 'deadline', 'sandbox'],
};

if (import.meta.main) battle(attack);
