/** Why a policy does not decide, or its decision is not kept. */
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
 * Why a decision was not remembered. `unknown`: it read what answer processes know no fact for.
 * `size`: it would take too much memory. `off`: nothing of this version is, by setting or because it
 * contradicted itself.
 */
export type Unremembered = (typeof UNREMEMBERED)[number];
