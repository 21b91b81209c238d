/** Every built-in function is replaced by one that throws or lies. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Built-ins that are replaced',
  also: /^NOERROR TXT policy$/,
  mayFail: true,
  code: `for (const owner of [Object, Array, String, Number, JSON, Reflect, Math, Date, Intl, Promise, RegExp, Map, Set, Symbol, Function, Error]) {
  for (const holder of [owner, (owner as any).prototype]) {
    if (holder === undefined) continue;
    for (const name of Object.getOwnPropertyNames(holder)) {
      try {
        if (typeof holder[name] === 'function') holder[name] = () => 'polluted';
      } catch {}
    }
  }
}`,
  ends: ['invalid', 'throw', 'budget', 'sandbox'],
};

if (import.meta.main) battle(attack);
