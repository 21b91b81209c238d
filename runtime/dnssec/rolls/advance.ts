/** Takes the next step of a roll, if all that it waits for is there. At most one step is taken at a time. */
import { unreachable } from '../../base/assert.ts';
import { type Alarm, alarmText, stopsRolls } from './alarms.ts';
import { dueRoll, findNewKeys } from './begin.ts';
import { endOld, enterStage, withdrawCds } from './change-keys.ts';
import { factsOf, timesToSet } from './key-facts.ts';
import { keySetOf } from './key-set-of.ts';
import type { DsSeen } from './observations.ts';
import { misfit, move, type Outcome, stay } from './outcome.ts';
import { isIgnorance, type Reason } from './reasons.ts';
import { isLive, type Roll, type RollState } from './roll-state.ts';
import { notSeen } from './sights.ts';
import { nextStage, type Stage, sightsOf, stageOf } from './stages.ts';
import { startRoll } from './start-roll.ts';
import type { StepInput } from './step-input.ts';

export function advance(state: RollState, input: StepInput, alarms: readonly Alarm[]): Outcome {
  const { roll } = state;
  const due = dueRoll(state, input.policy, input.now);
  if (due !== undefined || input.command?.do === 'start') {
    const begun = startRoll(state, input, alarms, due);
    if (begun !== undefined) return begun;
  }
  if (roll === undefined) return stay(state, misfit(input.command));
  const obstacles = obstaclesOf(state, input, alarms);
  if (obstacles.length > 0) return stay(state, obstacles);
  switch (roll.step) {
    case 'start':
      return afterStart(state, roll, input);
    case 'propagation':
      return afterPropagation(state, roll, input);
    case 'cache-expired':
      return afterExpiry(state, roll, input);
    case 'done':
      return afterAll(state, roll, input);
    default:
      return unreachable(roll.step);
  }
}

/** What must be mended before any step. */
function obstaclesOf(state: RollState, { keys: facts }: StepInput, alarms: readonly Alarm[]): Reason[] {
  const missing = state.keys.filter(isLive).flatMap((key): Reason[] => {
    const file = factsOf(key, facts);
    const why = file === undefined ? 'its files are gone, or cannot be used' : file.problem;
    return why === undefined ? [] : [{ kind: 'key-missing', tag: key.tag, why }];
  });
  const late = timesToSet(state, facts).flatMap((action) => (action.do === 'set-times' ? [action.tag] : []));
  const stops = alarms
    .filter(stopsRolls)
    .map((alarm): Reason => ({ kind: 'alarm', alarm: alarmText(alarm) }));
  return [...missing, ...(late.length > 0 ? [{ kind: 'files', tags: late } as const] : []), ...stops];
}

function afterStart(state: RollState, roll: Roll, input: StepInput): Outcome {
  const { now, policy, keys: facts } = input;
  if (roll.newTags.length > 0 || roll.kind === 'unsign') return enter(state, roll, input);
  const { keys: found, make } = findNewKeys(state, roll.kind, policy, facts, now);
  if (make.length > 0) {
    const awaited = make.flatMap((action): Reason[] =>
      action.do === 'make-key'
        ? [{ kind: 'key-awaited', role: action.role, algorithm: action.algorithm }]
        : [],
    );
    return stay(state, [...awaited, ...misfit(input.command)], make);
  }
  const known = { ...state, keys: [...state.keys, ...found] };
  return enter(known, { ...roll, newTags: found.map(({ tag }) => tag) }, input);
}

/** Enters the next stage, or the last step. */
function enter(state: RollState, roll: Roll, { now, policy, observations }: StepInput): Outcome {
  const stage = nextStage(roll.kind, roll.stage, policy.parent === 'asked');
  if (stage === undefined)
    return move(state, { roll: { ...roll, step: 'done', since: now, until: undefined } });
  const next = { ...roll, stage, step: 'propagation', since: now, until: undefined } as const;
  const isAsking = stageOf(next)?.cds !== undefined;
  const dsBefore = isAsking ? firstDs(observations.parent.servers) : undefined;
  return move(state, { keys: keysAt(state, next, now), roll: { ...next, dsBefore } });
}

function firstDs(servers: StepInput['observations']['parent']['servers']): readonly DsSeen[] | undefined {
  return servers.find(({ seen }) => seen !== undefined)?.seen?.ds;
}

function keysAt(state: RollState, roll: Roll, now: number): RollState['keys'] {
  const stage = stageOf(roll);
  return stage === undefined ? state.keys : enterStage(state.keys, roll, stage, now);
}

function afterPropagation(state: RollState, roll: Roll, input: StepInput): Outcome {
  const { now, policy, command } = input;
  const reasons = unseen(state, roll, input);
  const isReported = command?.do === 'report';
  const contradictions = isReported ? reasons.filter((reason) => !isIgnorance(reason)) : reasons;
  if (contradictions.length > 0) return stay(state, [...contradictions, ...misfit(command, 'report')]);
  if (!isReported && !policy.switches[roll.kind].report) {
    return stay(state, [{ kind: 'command', command: 'report', roll: roll.kind }]);
  }
  const cached = isReported ? atLeast(state.cached, now + (command.ttl ?? 0)) : state.cached;
  const times = (stageOf(roll)?.outlives ?? []).map((what) => cached[what]);
  const coming = roll.kind === 'unsign' && policy.parent === 'asked' ? roll.dsComesUntil : 0;
  const until = Math.max(Math.max(now, ...times) + policy.margin, coming);
  const keys = roll.kind === 'unsign' ? state.keys : withdrawCds(state.keys, now);
  return move(state, { cached, keys, roll: { ...roll, step: 'cache-expired', since: now, until } });
}

function atLeast(cached: RollState['cached'], time: number): RollState['cached'] {
  const { keys, zone, ds } = cached;
  return { keys: Math.max(keys, time), zone: Math.max(zone, time), ds: Math.max(ds, time) };
}

function afterExpiry(state: RollState, roll: Roll, input: StepInput): Outcome {
  const { now, policy, command } = input;
  const reasons = unseen(state, roll, input);
  // A server that has gone back to what was there before fills caches with it: the stage begins anew.
  if (reasons.some((reason) => !isIgnorance(reason))) {
    const again = { ...roll, step: 'propagation', since: now, until: undefined } as const;
    return { state: { ...state, keys: keysAt(state, again, now), roll: again }, make: [], blocked: reasons };
  }
  const until = roll.until ?? now;
  if (now < until) return stay(state, [{ kind: 'time', until }, ...misfit(command, 'expire')]);
  if (command?.do === 'expire') return enter(state, roll, input);
  if (reasons.length > 0) return stay(state, [...reasons, ...misfit(command, 'expire')]);
  if (policy.switches[roll.kind].expire) return enter(state, roll, input);
  return stay(state, [{ kind: 'command', command: 'expire', roll: roll.kind }]);
}

function afterAll(state: RollState, roll: Roll, input: StepInput): Outcome {
  const { now, policy, command } = input;
  if (command?.do !== 'done' && !policy.switches[roll.kind].done) {
    return stay(state, [{ kind: 'command', command: 'done', roll: roll.kind }, ...misfit(command, 'done')]);
  }
  const last = lastStage(roll, policy.parent === 'asked');
  // Servers are looked at once more before keys go: a parent may have changed its DS while an operator waited.
  const back = last === undefined ? [] : contradictions(state, { ...roll, stage: last }, input);
  if (back.length > 0 && last !== undefined) {
    const again = { ...roll, stage: last, step: 'propagation', since: now } as const;
    return { state: { ...state, keys: keysAt(state, again, now), roll: again }, make: [], blocked: back };
  }
  const isUnsigned = roll.kind === 'unsign';
  return move(state, {
    keys: endOld(state.keys, roll, now),
    roll: undefined,
    secure: isUnsigned ? false : state.secure,
  });
}

function lastStage({ kind, stage }: Roll, hasParent: boolean): number | undefined {
  return stage >= 0 && nextStage(kind, stage, hasParent) === undefined ? stage : undefined;
}

function contradictions(state: RollState, roll: Roll, input: StepInput): Reason[] {
  return unseen(state, roll, input).filter((reason) => !isIgnorance(reason));
}

function unseen(state: RollState, roll: Roll, { now, policy, observations }: StepInput): Reason[] {
  const stage: Stage | undefined = stageOf(roll);
  if (stage === undefined) return [];
  const keySet = keySetOf(state.keys, policy.foreign, now);
  const looking = { state, roll, keySet, policy, observations };
  return notSeen(sightsOf(stage, policy.parent === 'asked'), looking, roll.since);
}
