/** A simulated zone whose first signing is over, with the strictest of resolvers around it. */
import assert from 'node:assert/strict';
import { isLive } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { DAY, World, type WorldOptions } from './simulated-world.ts';

const LONG = 20 * DAY;

/** A zone that is signed, and has its DS. */
export function secureWorld(options: WorldOptions = {}): World {
  const world = new World({ isStrict: true, ...options, policy: { lifetimes: {}, ...options.policy } });
  assert.ok(
    world.runUntil(() => isSettled(world), LONG),
    world.steps.join(' '),
  );
  world.steps.length = 0;
  return world;
}

export function isSettled(world: World): boolean {
  return world.steps.at(-1) === 'idle' && world.state.secure;
}

export function liveTags(world: World): number[] {
  return world.state.keys.filter(isLive).map(({ tag }) => tag);
}
