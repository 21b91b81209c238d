/**
 * The stages of each kind of roll. A stage changes what the zone publishes, waits until every server shows the
 * change (`propagation`), and then until no cache holds what was there before (`cache-expired`). Every state
 * between validates with all combinations of what caches hold, also for resolvers that want a signature of
 * each algorithm in DS.
 */

import type { RollKind } from './roll-policy.ts';
import type { Cached, Roll } from './roll-state.ts';

export interface Stage {
  /** What the stage makes of the keys, for people. */
  readonly what: string;
  /** `published`: in DNSKEY only; `signing`: signs the zone, not in DNSKEY; `full`: both, by its role. */
  readonly fresh?: 'published' | 'signing' | 'full';
  readonly old?: 'published' | 'signing';
  /** CDS and CDNSKEY: of the new keys, or the pair that asks for no DS. Without a parent such a stage is left out. */
  readonly cds?: 'new' | 'delete';
  /** What every server must show. */
  readonly sees: readonly Expectation[];
  /** What caches must have forgotten then. */
  readonly outlives: readonly (keyof Cached)[];
}

export type Expectation =
  /** The DNSKEY set is ours, and those who should have signed it. */
  | 'keys'
  /** The signatures of the zone are those of the keys that should sign. */
  | 'signatures'
  /** The parent answers, so that the TTL of its DS is known. */
  | 'delegation'
  /** The DS of all new keys and of no old key. */
  | 'ds'
  | 'no-ds';

const SIGNED: Stage = {
  what: 'The new key is in DNSKEY and signs',
  fresh: 'full',
  sees: ['keys', 'signatures', 'delegation'],
  outlives: ['keys', 'zone'],
};
const DS: Stage = {
  what: 'The DS at the parent is of the new key',
  cds: 'new',
  sees: ['ds'],
  outlives: ['ds'],
};

export const STAGES: Readonly<Record<RollKind, readonly Stage[]>> = {
  sign: [SIGNED, DS],
  // Double signature (RFC 6781 §4.1.3).
  csk: [SIGNED, DS],
  ksk: [
    {
      what: 'The new key is in DNSKEY and signs it',
      fresh: 'full',
      sees: ['keys', 'delegation'],
      outlives: ['keys'],
    },
    DS,
  ],
  // Pre-publication (RFC 6781 §4.1.1.1).
  zsk: [
    { what: 'The new key is in DNSKEY', fresh: 'published', sees: ['keys'], outlives: ['keys'] },
    {
      what: 'The new key signs in place of the old',
      fresh: 'full',
      old: 'published',
      sees: ['keys', 'signatures'],
      outlives: ['zone'],
    },
  ],
  // RFC 6781 §4.1.4, the conservative way: signatures are there before the key, and after it.
  algorithm: [
    {
      what: 'Both algorithms sign; the new key is not in DNSKEY',
      fresh: 'signing',
      sees: ['keys', 'signatures', 'delegation'],
      outlives: ['zone'],
    },
    { what: 'The new key is in DNSKEY', fresh: 'full', sees: ['keys', 'signatures'], outlives: ['keys'] },
    DS,
    {
      what: 'The old key is gone from DNSKEY; both algorithms sign',
      old: 'signing',
      sees: ['keys', 'signatures'],
      outlives: ['keys'],
    },
  ],
  unsign: [{ what: 'The parent has no DS', cds: 'delete', sees: ['no-ds'], outlives: ['ds'] }],
};

/** The stage after `stage`, or the first after -1, that a zone has; `undefined` after the last. */
export function nextStage(kind: RollKind, stage: number, hasParent: boolean): number | undefined {
  const next = STAGES[kind].findIndex(({ cds }, index) => index > stage && (hasParent || cds === undefined));
  return next === -1 ? undefined : next;
}

export function stageOf({ kind, stage }: Roll): Stage | undefined {
  return STAGES[kind][stage];
}

/** What a zone without a parent need not see is left out. */
export function sightsOf(stage: Stage, hasParent: boolean): readonly Expectation[] {
  return hasParent ? stage.sees : stage.sees.filter((sight) => sight !== 'delegation');
}

/** The name of a step, as status shows it and commands take it: `propagation1`, `cache-expired1`, … */
export function stepName({ step, stage }: Pick<Roll, 'step' | 'stage'>): string {
  return step === 'start' || step === 'done' ? step : `${step}${stage + 1}`;
}
