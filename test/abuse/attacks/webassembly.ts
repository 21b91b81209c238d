/** Machine code of its own, and memory to share. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'WebAssembly',
  code: `if (typeof WebAssembly !== 'undefined') return { TXT: 'reached WebAssembly' };
const hidden = Object.getOwnPropertyNames(globalThis).filter((name) => /wasm|webassembly/i.test(name));
if (hidden.length > 0) return { TXT: 'reached ' + hidden.join() };`,
  ends: [],
};

if (import.meta.main) battle(attack);
