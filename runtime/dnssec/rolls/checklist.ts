/** The steps of a roll as a list to tick off: what is done, what is now, why it does not go on, what is next. */
import { type Alarm, alarmText } from './alarms.ts';
import { type Reason, reasonText } from './reasons.ts';
import type { RollKind, RollPolicy } from './roll-policy.ts';
import { isLive, type Roll, type RollState } from './roll-state.ts';
import { nextStage, STAGES, stepName } from './stages.ts';
import type { StepResult } from './step-input.ts';

export interface Checklist {
  readonly zone: string;
  readonly state: 'unsigned' | 'signed' | 'secure';
  readonly roll: RollKind | undefined;
  readonly keys: readonly {
    readonly tag: number;
    readonly algorithm: number;
    readonly role: string;
    readonly is: 'old' | 'new' | 'in use' | 'ended';
  }[];
  readonly items: readonly ChecklistItem[];
  readonly blocked: readonly { readonly reason: Reason; readonly text: string }[];
  readonly alarms: readonly { readonly alarm: Alarm; readonly text: string }[];
  /** The earliest time at which the step of now can end, in seconds since 1970. */
  readonly earliest: number | undefined;
  /** Since when the parent is asked for something that not all of its servers show. */
  readonly parentAwaitedSince: number | undefined;
}

export interface ChecklistItem {
  /** As commands and logs call the step: `propagation1`, … */
  readonly step: string;
  readonly what: string;
  readonly is: 'done' | 'now' | 'next';
  /** Of the step of now: when it began. */
  readonly since?: number;
}

export function checklist(
  { state, blocked, alarms }: Pick<StepResult, 'state' | 'blocked' | 'alarms'>,
  policy: RollPolicy,
): Checklist {
  const { zone, roll, keys, secure } = state;
  const isSigned = keys.some(isLive);
  return {
    zone,
    state: !isSigned ? 'unsigned' : secure ? 'secure' : 'signed',
    roll: roll?.kind,
    keys: keys.map((key) => ({
      tag: key.tag,
      algorithm: key.algorithm,
      role: key.role,
      is: !isLive(key)
        ? 'ended'
        : roll?.newTags.includes(key.tag)
          ? 'new'
          : roll?.oldTags.includes(key.tag)
            ? 'old'
            : 'in use',
    })),
    items: roll === undefined ? [] : itemsOf(roll, policy),
    blocked: blocked.map((reason) => ({ reason, text: reasonText(reason) })),
    alarms: alarms.map((alarm) => ({ alarm, text: alarmText(alarm) })),
    earliest: roll === undefined ? undefined : earliestOf(roll, state, policy),
    parentAwaitedSince: isAtParent(roll) ? roll.since : undefined,
  };
}

function itemsOf(roll: Roll, policy: RollPolicy): ChecklistItem[] {
  const hasParent = policy.parent === 'asked';
  const steps: Pick<Roll, 'step' | 'stage'>[] = [{ step: 'start', stage: -1 }];
  for (let stage = nextStage(roll.kind, -1, hasParent); stage !== undefined; ) {
    steps.push({ step: 'propagation', stage }, { step: 'cache-expired', stage });
    stage = nextStage(roll.kind, stage, hasParent);
  }
  steps.push({ step: 'done', stage: STAGES[roll.kind].length });
  const now = steps.findIndex((each) => stepName(each) === stepName(roll));
  return steps.map((each, index) => ({
    step: stepName(each),
    what: whatOf(roll.kind, each),
    is: index < now ? 'done' : index === now ? 'now' : 'next',
    ...(index === now ? { since: roll.since } : {}),
  }));
}

function whatOf(kind: RollKind, { step, stage }: Pick<Roll, 'step' | 'stage'>): string {
  const { what = '', outlives = [] } = STAGES[kind][stage] ?? {};
  switch (step) {
    case 'start':
      return kind === 'unsign' ? 'The zone is to be unsigned' : 'The new keys are there';
    case 'propagation':
      return `${what}: every server shows it`;
    case 'cache-expired':
      return `No cache holds older ${outlives.map((each) => CACHED[each]).join(' or ')}`;
    case 'done':
      return kind === 'unsign' ? 'The zone has no keys and no signatures' : 'The old keys are gone';
    default:
      return step satisfies never;
  }
}

const CACHED = { keys: 'DNSKEY', zone: 'records of the zone', ds: 'DS' };

function earliestOf(
  { step, kind, stage, until }: Roll,
  { at, cached }: RollState,
  { margin }: RollPolicy,
): number {
  if (step === 'cache-expired') return Math.max(at, until ?? at);
  if (step !== 'propagation') return at;
  const times = (STAGES[kind][stage]?.outlives ?? []).map((what) => cached[what]);
  return Math.max(at, ...times) + margin;
}

function isAtParent(roll: Roll | undefined): roll is Roll {
  return roll?.step === 'propagation' && STAGES[roll.kind][roll.stage]?.cds !== undefined;
}
