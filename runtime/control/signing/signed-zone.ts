/** One signed zone as control has it: how its keys roll, and which of them are in force. */

import type { SignedZoneFacts, SigningRules } from '../../registry/signed-zones.ts';
import type { ZoneRoll } from '../rolls/zone-roll.ts';
import { type HeldKeys, holdKeys } from './held-keys.ts';
import type { KeyCupboard } from './key-cupboard.ts';

export interface SignedZone {
  readonly roll: ZoneRoll;
  rules: SigningRules;
  /** The keys that the zone was made with; `undefined` before the first time. */
  held: HeldKeys | undefined;
  /** The keys of the folder that the last step was taken with. */
  stepped: string;
  facts: SignedZoneFacts | undefined;
  /** CDS that were served last. */
  cds: readonly string[] | undefined;
}

/** The keys of the zone as they should be now; `undefined` if it was to lose them, and has lost them. */
export function keysNow(
  { roll, rules, held: before }: SignedZone,
  cupboard: KeyCupboard,
  now: number,
): HeldKeys | undefined {
  const { zone } = roll;
  const problems = cupboard.problemsOf(zone);
  const clock = roll.clockProblem;
  if (clock !== undefined) {
    const problem = `Nothing new is signed, as ${clock}`;
    return before === undefined || 'failed' in before.keys
      ? { keys: { failed: problem }, of: [], problem }
      : { ...before, problem };
  }
  const set = roll.keySet;
  const isUnsigned = rules.goal === 'unsigned' && set.dnskeys.length + set.unpublished.length === 0;
  if (isUnsigned) return undefined;
  const since = Math.max(0, ...roll.changes.filter((time) => time <= now));
  const inFolder = cupboard.keysOf(zone);
  const held = holdKeys({ zone, set, inFolder, problems, before, since, why: roll.problem ?? roll.waits });
  return held.problem === undefined && roll.problem !== undefined ? { ...held, problem: roll.problem } : held;
}

/** What a step of a roll depends on in the folder. */
export function folderDigest(zone: string, cupboard: KeyCupboard): string {
  return cupboard
    .keysOf(zone)
    .map(({ digest }) => digest)
    .join(' ');
}
