/** A thousand targets that refuse, every second, and the health of all of them in one decision that is remembered. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

/** On loopback, where nobody listens. */
const POOLS = `Object.fromEntries(Array.from({ length: 200 }, (_, pool) => ['p' + pool, {
  A: Array.from({ length: 5 }, (_, index) => '127.1.' + pool + '.' + (1 + index)),
  check: { type: 'tcp', port: 9, interval: 1, fall: 1, rise: 1 },
}]))`;

export const attack: HandlerAttack = {
  title: 'The health of a thousand targets',
  settings: `pools: ${POOLS},`,
  code: `for (let pool = 0; pool < 200; pool += 1) dnsteer.health('p' + pool);
return { TXT: 'policy' };`,
  ends: [],
};

if (import.meta.main) battle(attack);
