/** One large pool 250 times in each decision, under a TTL that is not its own (F4). */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A decision that names one large pool again and again',
  top: `const digits = 'A'.repeat(4 * 15_500);
const large = {
  URI: Array.from({ length: 25 }, (_, n) => n + ' 1 "' + 'u'.repeat(240) + '"'),
  OPENPGPKEY: [digits],
  CAA: Array.from({ length: 60 }, (_, n) => '0 issue "' + n + 'c'.repeat(10) + '"'),
};`,
  settings: 'pools: { p: large } as any,',
  code: `return dnsteer.rotate(dnsteer.firstHealthy(...(Array(30).fill('p') as any)), { ttl: 7 });`,
  ends: [],
  also: /^NOERROR$/,
};

if (import.meta.main) battle(attack);
