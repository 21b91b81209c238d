/** As many time zones as one decision may read, and others for each name. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Sixteen other time zones for each name',
  top: `const ZONES = Intl.supportedValuesOf('timeZone');`,
  code: `const from = 16 * Number(query.name.slice('attack'.length)[0]);
for (const zone of ZONES.slice(from, from + 16)) {
  const { year, month, day, weekday, hour, minute, date } = query.time.in(zone);
}
return { TXT: 'policy' };`,
  ends: [],
};

if (import.meta.main) battle(attack);
