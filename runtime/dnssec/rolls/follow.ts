/** What a server does that does not roll: its keys follow the times in the key files, which another writes. */
import { alarmsOf } from './alarms.ts';
import type { KeyFacts } from './key-facts.ts';
import { keySetOf } from './key-set-of.ts';
import type { KeyState, RollState } from './roll-state.ts';
import type { StepInput, StepResult } from './step-input.ts';

export function follow(state: RollState, input: StepInput): StepResult {
  const { now, policy, keys: facts } = input;
  const keys = keysInFiles(facts);
  const pause = now + policy.pauses.idle;
  return {
    state,
    keySet: keySetOf(keys, policy.foreign, now),
    actions: [],
    blocked: [],
    alarms: alarmsOf({ ...state, keys, at: now, roll: undefined }, input),
    wants: { zone: pause, parent: policy.parent === 'none' ? undefined : pause },
    wakeAt: Math.min(
      pause,
      ...keys.flatMap(({ times }) => Object.values(times)).filter((time) => time > now),
    ),
  };
}

/** Keys with the times of their files. One that cannot sign here is published all the same. */
export function keysInFiles(facts: readonly KeyFacts[]): KeyState[] {
  return facts.map(({ tag, algorithm, flags, role, dnskey, times }) => ({
    tag,
    algorithm,
    flags,
    role,
    dnskey,
    times,
  }));
}
