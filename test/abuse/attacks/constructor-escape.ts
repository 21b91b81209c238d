/** From any object at hand to the global object of whoever made it. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Escapes by way of constructors',
  code: `const found: string[] = [];
const look = (thing: any): void => {
  try {
    const world = thing.constructor.constructor('return globalThis')();
    for (const name of ['process', 'require', 'module', 'fetch', 'Buffer', 'global', 'setTimeout', '_ivm']) {
      if (name in world) found.push(name);
    }
  } catch {}
};
for (const thing of [[], {}, query, query.client, query.time, dnsteer, dnsteer.definePolicy, (globalThis as any).__dnsteer_run]) look(thing);
try {
  look((null as any).x);
} catch (error) {
  look(error);
}
if (found.length > 0) return { TXT: 'reached ' + found.join() };`,
  ends: [],
};

if (import.meta.main) battle(attack);
