/** It answers often enough for its breaker to stay closed. */
import type { HandlerAttack } from './attack.ts';
import { battle } from './battle.ts';

export const attack: HandlerAttack = {
  title: 'A handler that hangs at every third query',
  code: 'turn += 1; if (turn % 3 === 0) Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);',
  ends: ['budget', 'sandbox'],
  top: 'let turn = 0;',
  also: /^NOERROR TXT policy$/,
};

if (import.meta.main) battle(attack);
