/** As many addresses as a result may hold, no two of them alike. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A plan of thousands of addresses',
  code: `const set = (n: number) => ({ A: Array.from({ length: 256 }, (_, k) => n + '.1.1.' + k) });
return dnsteer.firstHealthy(...(Array.from({ length: 17 }, (_, n) => set(n)) as any));`,
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
