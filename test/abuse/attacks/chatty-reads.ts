/** More facts than one decision may rest on. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Reads without end',
  code: `for (let zone = 0; zone < 1e5; zone += 1) {
  try {
    query.time.in('Etc/GMT+' + (zone % 13)).hour;
    dnsteer.health('p' + zone);
  } catch {}
}`,
  ends: ['budget', 'memory', 'invalid', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
