/** Whatever is written into an array or an object runs code of the policy. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Setters on the prototypes of all',
  also: /^NOERROR TXT policy$/,
  mayFail: true,
  code: `const spin = {
  set: () => {
    for (;;) {}
  },
  get: () => {
    for (;;) {}
  },
  configurable: true,
};
for (const key of ['0', '1', 'plan', 'reads', 'impure', 'kind', 'records', 'ttl', 'then', 'error', 'message']) {
  Object.defineProperty(Object.prototype, key, spin);
  Object.defineProperty(Array.prototype, key, spin);
}`,
  ends: ['invalid', 'throw', 'budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
