/** Reasons why a policy does not decide, or why its decision is not remembered. */
import type { Impurity } from './plan.ts';

export const FALLBACK_REASONS = [
  'throw',
  'budget',
  'deadline',
  'memory',
  'invalid',
  'sandbox',
  'breaker',
  'quarantined',
] as const;

/** Why the fallback went out. */
export type FallbackReason = (typeof FALLBACK_REASONS)[number];

const IMPURITIES = ['client.ip', 'time.unix', 'random', 'date'] as const satisfies readonly Impurity[];
export const UNREMEMBERED = [...IMPURITIES, 'unknown', 'size', 'off'] as const;

/**
 * Why a decision was not remembered. `unknown`: the policy read something that answer processes have no
 * fact for.
 * `size`: it would take too much memory. `off`: no decision of this version is remembered, by setting or
 * because the version contradicted itself.
 */
export type Unremembered = (typeof UNREMEMBERED)[number];
