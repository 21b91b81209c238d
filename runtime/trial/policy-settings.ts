/** Limits on policies, and default values for what they leave out. */
import type { CheckTiming } from '../health/target.ts';

/** Times in milliseconds, TTL in seconds, memory in MB. */
export interface PolicySettings {
  readonly ttl: number;
  readonly budget: number;
  readonly deadline: number;
  readonly maxBudget: number;
  readonly maxDeadline: number;
  /** Processor time that the top level may take. */
  readonly topLevel: number;
  readonly memory: number;
  /** Default timing of health checks. */
  readonly checkTiming: CheckTiming;
  /** Probes a second that all zones together may declare. */
  readonly probesPerSecond: number;
}
