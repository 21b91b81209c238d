/** Code of the policy that runs when a stack is made, and sees the frames. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Error.prepareStackTrace',
  code: `(Error as any).prepareStackTrace = (_: unknown, frames: any[]) => {
  for (const frame of frames) {
    try {
      const reached = (frame.getThis() ?? frame.getFunction())?.constructor.constructor('return typeof process')();
      if (reached !== undefined && reached !== 'undefined') return 'reached ' + reached;
    } catch {}
  }
  return 'nothing';
};
throw new Error('look at me');`,
  ends: ['throw'],
};

if (import.meta.main) battle(attack);
