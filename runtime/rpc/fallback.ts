/** Why a policy does not decide, or its decision is not kept. */
import type { Impurity } from './plan.ts';

/** Why the fallback went out. */
export type FallbackReason =
  | 'throw'
  | 'budget'
  | 'deadline'
  | 'memory'
  | 'invalid'
  | 'sandbox'
  | 'breaker'
  | 'quarantined';

/**
 * Why a decision was not remembered. `unknown`: it read what answer processes know no fact for.
 * `size`: it would take too much memory. `off`: nothing of this version is, by setting or because it
 * contradicted itself.
 */
export type Unremembered = Impurity | 'unknown' | 'size' | 'off';
