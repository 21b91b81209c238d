/** What other programs use to reach the system. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Attempts at the system',
  also: /^NOERROR TXT policy$/,
  mayFail: true,
  code: `const names = ['require', 'process', 'fetch', 'fs', 'Buffer', 'Deno', 'Bun', 'XMLHttpRequest', 'Worker', 'navigator'];
const found = names.filter((name) => name in globalThis);
const load = Function('return import("node:fs")');
load().then(
  () => found.push('import'),
  () => {},
);
if (found.length > 0) return { TXT: 'reached ' + found.join() };`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
