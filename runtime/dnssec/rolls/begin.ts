/** Which roll is due, and how it begins. */

import { flagsOf, freshKey, type KeyAction, type KeyFacts } from './key-facts.ts';
import type { KeyRole, RollKind, RollPolicy } from './roll-policy.ts';
import { isLive, type KeyState, type Roll, type RollState, type RollTimes } from './roll-state.ts';
import { stageOf } from './stages.ts';

/** The roll that the policy wants now, if a key is due or the goal has changed. */
export function dueRoll(state: RollState, policy: RollPolicy, now: number): RollKind | undefined {
  const live = state.keys.filter(isLive);
  const { roll } = state;
  if (policy.goal === 'unsigned') return live.length > 0 && roll?.kind !== 'unsign' ? 'unsign' : undefined;
  // The zone was to lose its keys, and is to keep them: it is signed for the first time once more.
  if (roll !== undefined) return roll.kind === 'unsign' ? 'sign' : undefined;
  if (live.length === 0) return 'sign';
  if (!live.some(({ algorithm }) => algorithm === policy.algorithm)) return 'algorithm';
  return (['csk', 'ksk', 'zsk'] as const).find((role) => {
    const lifetime = policy.lifetimes[role];
    const newest = newestOf(live, role);
    if (lifetime === undefined || newest?.times.activate === undefined) return false;
    return newest.algorithm === policy.algorithm && newest.times.activate + lifetime <= now;
  });
}

/** A roll at its first step, which waits for its new keys. */
export function beginRoll(state: RollState, kind: RollKind, policy: RollPolicy, now: number): Roll {
  const live = state.keys.filter(isLive);
  const old = live.filter(({ role }) => !isOfRole(kind) || role === kind);
  const oldTags = old.map(({ tag }) => tag);
  const dsComesUntil = comingUntil(state.roll, policy, now);
  const times = { began: now, since: now, until: undefined, dsComesUntil } as const;
  const blank = { kind, stage: -1, step: 'start', ...times } as const;
  if (kind === 'sign' || kind === 'algorithm') {
    // Keys of an interrupted roll to the same end serve again.
    const kept = rolesOf(policy).map((role) =>
      newestOf(
        live.filter(({ algorithm }) => algorithm === policy.algorithm),
        role,
      ),
    );
    const newTags = kept.every((key) => key !== undefined) ? kept.map(({ tag }) => tag) : [];
    return { ...blank, newTags, oldTags: without(oldTags, newTags), dsBefore: undefined };
  }
  return { ...blank, newTags: [], oldTags, dsBefore: undefined };
}

/** A roll that is broken off may have asked for a DS, and a parent that has read CDS takes its time. */
function comingUntil(roll: Roll | undefined, { parentDelay }: RollPolicy, now: number): number {
  if (roll === undefined) return 0;
  return stageOf(roll)?.cds === 'new' ? now + parentDelay : roll.dsComesUntil;
}

/** The roles of the new keys of a roll. */
export function newRoles(kind: RollKind, policy: RollPolicy): readonly KeyRole[] {
  if (kind === 'unsign') return [];
  return isOfRole(kind) ? [kind] : rolesOf(policy);
}

/**
 * The new keys of a roll from the folder, or what is to be made first. The first keys of a zone are in use as soon
 * as they are there: they are made with these times, so that each is written once; and after a crash they are the
 * zone's, as are keys that an operator brought meanwhile.
 */
export function findNewKeys(
  state: RollState,
  kind: RollKind,
  policy: RollPolicy,
  facts: readonly KeyFacts[],
  now: number,
): { readonly keys: readonly KeyState[]; readonly make: readonly KeyAction[] } {
  const keys: KeyState[] = [];
  const make: KeyAction[] = [];
  const isFirst = kind === 'sign' && !state.keys.some(isLive);
  const times = { publish: now, activate: now };
  const beside = [...state.keys, ...facts, ...policy.foreign].map(({ dnskey }) => dnskey);
  // A tag is one key's, also among those of other signers.
  const ours = facts.filter(({ tag }) => policy.foreign.every((other) => other.tag !== tag));
  for (const role of newRoles(kind, policy)) {
    // Only a roll of all keys changes the algorithm: the settings may have changed since this one began.
    const old = isOfRole(kind) ? newestOf(state.keys.filter(isLive), role) : undefined;
    const { algorithm } = old ?? policy;
    const found = freshKey(role, algorithm, state, ours, { now, isFirst });
    if (found !== undefined) keys.push(keyOfFacts(found, role, isFirst ? timesInUse(found.times, now) : {}));
    else
      make.push({
        do: 'make-key',
        role,
        algorithm,
        flags: flagsOf(role),
        beside,
        ...(isFirst && { times }),
      });
  }
  return { keys, make };
}

export function keyOfFacts(
  { tag, algorithm, flags, dnskey }: KeyFacts,
  role: KeyRole,
  times: RollTimes = {},
): KeyState {
  return { tag, algorithm, flags, role, dnskey, times };
}

/** Times of a key that is in use. Nothing is asked of the parent before everything has been seen. */
export function timesInUse(times: RollTimes, now: number): RollTimes {
  return { ...pastTimes(times, now), syncPublish: undefined, syncDelete: undefined };
}

/** Times that have come: the engine sets none in the future, and believes in none. */
export function pastTimes(times: RollTimes, now: number): RollTimes {
  return Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined && time <= now));
}

function rolesOf({ scheme }: RollPolicy): readonly KeyRole[] {
  return scheme === 'csk' ? ['csk'] : ['ksk', 'zsk'];
}

function isOfRole(kind: RollKind): kind is KeyRole {
  return kind === 'csk' || kind === 'ksk' || kind === 'zsk';
}

export function newestOf(keys: readonly KeyState[], role: KeyRole): KeyState | undefined {
  return keys
    .filter((key) => key.role === role)
    .sort((a, b) => (b.times.activate ?? 0) - (a.times.activate ?? 0) || a.tag - b.tag)[0];
}

function without(some: readonly number[], others: readonly number[]): number[] {
  return some.filter((each) => !others.includes(each));
}
