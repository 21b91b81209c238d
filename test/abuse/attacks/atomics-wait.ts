/** A wait that nothing interrupts, if there were memory to wait on. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Atomics.wait',
  code: `const { Atomics, SharedArrayBuffer } = globalThis as any;
if (Atomics !== undefined || SharedArrayBuffer !== undefined) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}`,
  ends: [],
};

if (import.meta.main) battle(attack);
