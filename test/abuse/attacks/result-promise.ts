/** What it promises never comes. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'An answer that is a promise',
  code: 'return new Promise(() => {});',
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
