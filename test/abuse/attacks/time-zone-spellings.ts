/** One time zone under a thousand spellings: as many facts, if each were one, and as many clocks for each query from memory. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A time zone in a thousand spellings',
  top: `const LETTERS = [...'europe/berlin'];
const SPELLINGS = Array.from({ length: 1020 }, (_, number) => {
  let bit = 0;
  return LETTERS.map((letter) => (letter !== '/' && (number >> bit++) & 1 ? letter.toUpperCase() : letter)).join('');
});`,
  code: `let sum = 0;
for (const zone of SPELLINGS) sum += query.time.in(zone).minute;
return { TXT: sum < 0 ? 'never' : 'policy' };`,
  settings: 'budget: 5000, deadline: 5000,',
  // The first run takes long enough for the policy to be moved to another sandbox; those on their way fall back.
  ends: ['sandbox'],
  mayFail: true,
  also: /^NOERROR TXT policy$/,
};

if (import.meta.main) battle(attack);
