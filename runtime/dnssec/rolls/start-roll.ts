/** Begins a roll that is due, or that an operator asks for. */
import { type Alarm, alarmText, stopsNewRolls, stopsRolls } from './alarms.ts';
import { beginRoll, keyOfFacts, newestOf, newRoles, pastTimes } from './begin.ts';
import type { RollCommand } from './commands.ts';
import { flagsOf } from './key-facts.ts';
import { misfit, move, type Outcome, stay } from './outcome.ts';
import type { Reason } from './reasons.ts';
import type { RollKind } from './roll-policy.ts';
import { isLive, type Roll, type RollState } from './roll-state.ts';
import type { StepInput } from './step-input.ts';

/** `undefined`: no new roll begins, and the one that goes on may go on. */
export function startRoll(
  state: RollState,
  input: StepInput,
  alarms: readonly Alarm[],
  due: RollKind | undefined,
): Outcome | undefined {
  const { now, policy, command } = input;
  const asked = command?.do === 'start' ? command : undefined;
  const kind = asked?.roll ?? due;
  if (kind === undefined) return undefined;
  if (asked !== undefined) {
    const refusal = refusalOf(state, input, asked);
    if (refusal !== undefined) return stay(state, [{ kind: 'refused', why: refusal }]);
  } else if (!policy.switches[kind].start) {
    const reason: Reason = { kind: 'command', command: 'start', roll: kind };
    // A zone that is to go unsigned does not go on to ask for its first DS.
    const isFirst = kind === 'unsign' && state.roll?.kind === 'sign';
    return state.roll === undefined || isFirst ? stay(state, [reason, ...misfit(command)]) : undefined;
  }
  // Going unsigned needs no sound zone, and an operator's word goes before alarms that are the parent's.
  const stops = asked === undefined && kind !== 'sign' ? stopsNewRolls : stopsRolls;
  const alarm = kind === 'unsign' ? undefined : alarms.find(stops);
  if (alarm !== undefined) return stay(state, [{ kind: 'alarm', alarm: alarmText(alarm) }]);
  const roll = beginRoll(state, kind, policy, now);
  if (asked?.tags === undefined) return move(state, { roll });
  return move(state, { ...withNamedKeys(state, roll, asked.tags, input) });
}

function refusalOf(
  { keys, roll }: RollState,
  { policy, keys: facts }: StepInput,
  { roll: kind, tags }: Extract<RollCommand, { do: 'start' }>,
): string | undefined {
  // Going unsigned breaks off whatever goes on, which may wait for a parent that never shows a DS.
  if (roll !== undefined && (kind !== 'unsign' || roll.kind === kind)) {
    return `a roll (${roll.kind}) goes on already`;
  }
  if ((kind === 'unsign') !== (policy.goal === 'unsigned')) {
    return `the settings want the zone ${policy.goal}`;
  }
  const live = keys.filter(isLive);
  const isOfRole = kind === 'csk' || kind === 'ksk' || kind === 'zsk';
  const newest = isOfRole ? newestOf(live, kind) : undefined;
  if (isOfRole && newest === undefined) return `the zone has no ${kind.toUpperCase()}`;
  if (newest !== undefined && newest.algorithm !== policy.algorithm) {
    return `the keys have another algorithm than the settings: roll "algorithm" first`;
  }
  if (kind === 'sign' && live.length > 0) return 'the zone has keys already';
  if (tags === undefined) return undefined;
  const named = tags.map((tag) => facts.find((each) => each.tag === tag && each.problem === undefined));
  if (named.includes(undefined)) return 'the key folder has no usable key of such a tag';
  const roles = newRoles(kind, policy);
  return roles.length === tags.length ? undefined : `${roles.length} keys are needed (${roles.join(', ')})`;
}

/** A roll to keys that an operator names: they may be in use already, as after a state that was lost. */
function withNamedKeys(
  state: RollState,
  roll: Roll,
  newTags: readonly number[],
  { now, policy, keys: facts }: StepInput,
): Partial<RollState> {
  const unknown = facts.filter(
    ({ tag }) => newTags.includes(tag) && state.keys.every((key) => key.tag !== tag),
  );
  const roles = newRoles(roll.kind, policy);
  const added = unknown.map((key) => {
    const role = roles.find((each) => flagsOf(each) === key.flags) ?? key.role;
    return keyOfFacts(key, role, pastTimes(key.times, now));
  });
  const oldTags = roll.oldTags.filter((tag) => !newTags.includes(tag));
  return { keys: [...state.keys, ...added], roll: { ...roll, newTags, oldTags } };
}
