/** The clocks of all the world in one decision. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'All time zones at once',
  code: `for (const zone of Intl.supportedValuesOf('timeZone')) query.time.in(zone).hour;
return { TXT: 'never' };`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
