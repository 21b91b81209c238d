/** What was thrown cannot be looked at. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A thrown object with getters that throw',
  code: `throw {
  get message() {
    throw this;
  },
  get stack() {
    throw this;
  },
};`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
