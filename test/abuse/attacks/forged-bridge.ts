/** It tries to put its own words in place of the prelude's. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'A forged bridge to the host',
  code: `try {
  Object.defineProperty(globalThis, '__dnsteer_run', { value: () => '{"plan":{"kind":"servfail"}}' });
} catch {}
try {
  (globalThis as any).__dnsteer_run = (globalThis as any).__dnsteer_manifest = () => 'not JSON';
} catch {}`,
  ends: [],
};

if (import.meta.main) battle(attack);
