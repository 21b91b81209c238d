/** Records of services with ten thousand parameters. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A plan of parameters of services',
  code: `const keys = Array.from({ length: 6000 }, (_, n) => 'key' + (n + 10)).join(' ');
return { HTTPS: ['1 . ' + keys] };`,
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
