/** What is thrown looks like lines of the log and rows of the status. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Forged lines',
  code: String.raw`const end = ['\r\n', '\n', '\u0085', '\u2028', '\u2029', '\v', '\f', '\u202e', '\u001bE'];
throw new Error(end.map((one) => 'Boom' + one + '[15:00:00] ERROR: all is lost' + one + 'static.example  broken').join(''));`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
