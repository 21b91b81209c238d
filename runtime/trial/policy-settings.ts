/** Limits on policies, and default values for what they leave out. */
import type { CheckDefaults } from '../health/target.ts';
import type { ManifestLimits } from '../limits/manifest-limits.ts';
import type { LoadLimits } from '../runner/runs-and-loads.ts';

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
  /** What checks have that say nothing else, and what they may name. */
  readonly checkTiming: CheckDefaults;
  /** Probes a second that all zones together may declare. */
  readonly probesPerSecond: number;
  /** What the team of a policy may use, by all manifests on the way to its file; absent where there is none. */
  readonly limits?: readonly ManifestLimits[];
}

/** What a policy may use as it is loaded. */
export function loadLimits({ memory, topLevel }: PolicySettings): LoadLimits {
  return { memoryMb: memory, timeoutMs: topLevel };
}
