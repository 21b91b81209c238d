/**
 * The engine of rolls: one step of a zone's keys, as a function of what is remembered, seen, wanted and said.
 * It does nothing itself. Its caller writes the state it returns to disk first, then does the actions, then
 * serves the keys, and calls again when something is new or at `wakeAt`. A crash between any two of these does
 * no harm: actions are the difference between the state and the key folder, and are asked for until it is gone.
 */
import { advance } from './advance.ts';
import { alarmsOf } from './alarms.ts';
import { doubtOf } from './clock-check.ts';
import { follow } from './follow.ts';
import { factsOf, hasEnded, keysToRemove, timesToSet } from './key-facts.ts';
import { keySetOf } from './key-set-of.ts';
import type { Observations } from './observations.ts';
import type { Reason } from './reasons.ts';
import type { RollPolicy } from './roll-policy.ts';
import type { Longest, RollState } from './roll-state.ts';
import type { StepInput, StepResult } from './step-input.ts';

export function step(before: RollState, input: StepInput): StepResult {
  const { now, policy, command } = input;
  if (!policy.rolls) return follow(before, input);
  const elapsed = input.elapsed;
  const doubt = command?.do === 'confirm-clock' ? undefined : doubtOf(before, { now, elapsed }, policy);
  if (doubt !== undefined) return inDoubt(before, input, doubt);
  const remembered = remember(before, input);
  const alarms = alarmsOf(remembered, input);
  const { state, make, blocked } = advance(remembered, input, alarms);
  const hasMoved = state.roll !== remembered.roll;
  const ended = keysToRemove(state, input.keys, now - policy.purgeAfter);
  return {
    state,
    keySet: keySetOf(state.keys, policy.foreign, now),
    actions: [...make, ...timesToSet(state, input.keys), ...ended],
    blocked,
    alarms,
    ...whenNext(state, input, hasMoved),
  };
}

/** The state at this time: what caches may hold by now, and whether the DS is there. */
function remember(state: RollState, { now, policy, observations, keys: facts }: StepInput): RollState {
  const longest = longestOf(state, observations, policy);
  const cached = {
    keys: Math.max(state.cached.keys, now + longest.keys),
    zone: Math.max(state.cached.zone, now + longest.zone),
    ds: Math.max(state.cached.ds, now + longest.ds),
  };
  const parents = observations.parent.servers;
  const isSecure = parents.length > 0 && parents.every(({ seen }) => (seen?.ds.length ?? 0) > 0);
  const isForgotten = (key: RollState['keys'][number]): boolean =>
    hasEnded(key, now - policy.purgeAfter) && factsOf(key, facts) === undefined;
  return {
    ...state,
    at: now,
    doubt: undefined,
    longest,
    cached,
    keys: state.keys.filter((key) => !isForgotten(key)),
    secure: state.keys.length > 0 && (state.secure || isSecure),
  };
}

/**
 * The longest TTLs that servers give. During a roll none is forgotten: a server that shows a change now may have
 * given the record before it a moment ago.
 */
function longestOf({ longest, roll }: RollState, observations: Observations, { ttl }: RollPolicy): Longest {
  const seen = observations.zone.servers.flatMap((server) => server.seen ?? []);
  const keys = Math.max(ttl.keys, ...seen.map(({ keysTtl }) => keysTtl));
  const zone = Math.max(ttl.zone, ...seen.map(({ soaTtl }) => soaTtl));
  const delegations = observations.parent.servers.flatMap((server) => server.seen ?? []);
  const ds = Math.max(0, ...delegations.map((each) => (each.ds.length > 0 ? each.ttl : 0)));
  if (roll === undefined) return { keys, zone, ds: ds > 0 ? ds : longest.ds };
  return {
    keys: Math.max(longest.keys, keys),
    zone: Math.max(longest.zone, zone),
    ds: Math.max(longest.ds, ds),
  };
}

/** Nothing moves: the keys stay as they were at the last step that the clock was right at. */
function inDoubt(
  before: RollState,
  input: StepInput,
  { reason, doubt }: { readonly reason: Reason; readonly doubt: number | undefined },
): StepResult {
  const { now, policy } = input;
  return {
    state: { ...before, doubt },
    keySet: keySetOf(before.keys, policy.foreign, before.at),
    actions: [],
    blocked: [reason],
    alarms: alarmsOf(before, input),
    wants: { zone: now + policy.pauses.idle, parent: undefined },
    wakeAt: now + policy.pauses.waiting,
  };
}

function whenNext(
  { roll }: RollState,
  { now, policy }: StepInput,
  hasMoved: boolean,
): Pick<StepResult, 'wants' | 'wakeAt'> {
  const { waiting, idle } = policy.pauses;
  const pause = roll === undefined ? idle : waiting;
  const isLong = roll?.step === 'cache-expired' && (roll.until ?? 0) > now;
  // While caches forget, the servers are looked at now and then, and again at the end.
  const next = isLong ? Math.min(now + idle, Math.max(now + 1, (roll.until ?? 0) + 1)) : now + pause;
  const parent = policy.parent === 'none' ? undefined : next;
  return { wants: { zone: next, parent }, wakeAt: hasMoved ? now : next };
}
