/** Twenty thousand targets, each to be probed every second. */
import { BROKEN, type FileAttack, planted } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: FileAttack = {
  title: 'Twenty thousand probes a second',
  plant: planted(`import { definePolicy } from 'dnsteer';
const pools = Object.fromEntries(Array.from({ length: 714 }, (_, pool) => ['p' + pool, {
  A: Array.from({ length: 28 }, (_, index) => '127.' + (1 + (pool >> 8)) + '.' + (pool & 255) + '.' + (1 + index)),
  check: { type: 'tcp' as const, port: 9, interval: 1 },
}]));
export default definePolicy({ pools, fallback: { TXT: 'fallback' }, hosts: { '*': () => ({ TXT: 'never' }) } });
`),
  told: /Health checks of all zones would come to 19992 probes a second/,
  newcomer: BROKEN,
};

if (import.meta.main) battle(attack);
