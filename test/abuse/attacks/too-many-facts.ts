/** The health of more pools than one decision may rest on. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A decision that rests on too much',
  settings: `pools: Object.fromEntries(Array.from({ length: 900 }, (_, pool) => ['p'.repeat(59) + pool, { A: '192.0.2.1' }])),`,
  code: `for (let pool = 0; pool < 900; pool += 1) dnsteer.health('p'.repeat(59) + pool);
return { TXT: 'never' };`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
