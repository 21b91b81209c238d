/** Work that is done after the handler has returned, and brings more of itself. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Endless microtasks',
  also: /^NOERROR TXT policy$/,
  mayFail: true,
  code: `const spin = (): unknown => Promise.resolve().then(spin);
spin();`,
  ends: ['budget', 'sandbox', 'deadline'],
};

if (import.meta.main) battle(attack);
