/** Limits on policies, and values for those that say none. */
import type { CheckTiming } from '../health/target.ts';

/** Times in milliseconds, TTL in seconds, memory in MB. */
export interface PolicySettings {
  readonly ttl: number;
  readonly budget: number;
  readonly deadline: number;
  readonly maxBudget: number;
  readonly maxDeadline: number;
  /** On a processor. */
  readonly topLevel: number;
  readonly memory: number;
  /** For health checks that do not say. */
  readonly checkTiming: CheckTiming;
  /** Most of all zones together. */
  readonly probesPerSecond: number;
}
