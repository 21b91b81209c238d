/** Plans within plans, deeper than any stack. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A deeply nested answer',
  code: `let plan = dnsteer.nodata();
for (let depth = 0; depth < 1e5; depth += 1) plan = dnsteer.firstHealthy(plan);
return plan;`,
  ends: ['invalid', 'budget', 'sandbox', 'throw'],
};

if (import.meta.main) battle(attack);
