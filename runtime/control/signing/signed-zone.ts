/** One signed zone as control has it: how its keys roll, and which of them are in force. */

import { toBase64 } from '../../base/octets-text.ts';
import type { FolderKey } from '../../dnssec/keys/kept-key.ts';
import { keysInFiles } from '../../dnssec/rolls/follow.ts';
import { factsOfKey } from '../../dnssec/rolls/key-folder-hands.ts';
import { keySetOf } from '../../dnssec/rolls/key-set-of.ts';
import type { SignedZoneFacts, SigningRules } from '../../registry/signed-zones.ts';
import type { RollParts } from '../rolls/roll-parts.ts';
import { type RollSettings, rollPolicyOf } from '../rolls/roll-policy-of.ts';
import { ZoneRoll } from '../rolls/zone-roll.ts';
import { type HeldKeys, holdKeys, lostKeys } from './held-keys.ts';
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

export interface SignedZoneParts extends Pick<RollParts, 'store' | 'log' | 'now' | 'uptime'> {
  readonly settings: () => RollSettings;
  readonly cupboard: KeyCupboard;
}

const NO_FACTS = { longestTtl: 0, dnskeys: [] };

export function newSignedZone(
  zone: string,
  rules: SigningRules,
  { settings, cupboard, ...parts }: SignedZoneParts,
): SignedZone {
  const roll: ZoneRoll = new ZoneRoll(zone, {
    ...parts,
    folder: () => settings().keys,
    policyOf: () => rollPolicyOf(zone, settings(), made.rules, made.facts ?? NO_FACTS, ownKeys()),
    keysOf: () => {
      const inFolder = cupboard.keysOf(zone);
      // A server that rolls waits until a lost key is back; one that follows has nothing but the keys.
      if (settings().rolls) return inFolder;
      return [...inFolder, ...lostKeys(inFolder, made.held?.of ?? [], parts.now())];
    },
    hasSpoiltKeys: () => cupboard.problemsOf(zone).length > 0,
    change: (work) => cupboard.change(zone, work),
  });
  const ownKeys = (): string[] => [
    ...cupboard.keysOf(zone).map(({ key }) => toBase64(key.dnskey)),
    ...(roll.state?.keys ?? []).map(({ dnskey }) => dnskey),
  ];
  const made: SignedZone = { roll, rules, held: undefined, stepped: '', facts: undefined, cds: undefined };
  return made;
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
  const why = roll.problem ?? roll.waits;
  const follows = !roll.policy.rolls;
  const held = holdKeys({ zone, set, inFolder, problems, before, since, why, follows });
  return held.problem === undefined && roll.problem !== undefined ? { ...held, problem: roll.problem } : held;
}

/** What a step of a roll depends on in the folder. */
export function folderDigest(zone: string, cupboard: KeyCupboard): string {
  return cupboard
    .keysOf(zone)
    .map(({ digest }) => digest)
    .join(' ');
}

/** Whether keys sign a zone by the times in their files. */
export function isSignedBy(keys: readonly FolderKey[], now: number): boolean {
  return keySetOf(keysInFiles(keys.map(factsOfKey)), [], now).dnskeys.some(({ signsZone }) => signsZone);
}
