/** It answers often enough for its breaker to stay closed. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A handler that hangs at every third query',
  code: `turn += 1; if (turn % 3 === 0) standIn('hang');`,
  ends: ['budget', 'sandbox'],
  top: 'let turn = 0;',
  also: /^NOERROR TXT policy$/,
  standIns: true,
};

if (import.meta.main) battle(attack);
