/** What is tried, and where. */
import type { CompiledPolicy } from '../build/failure-place.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import type { PolicySettings } from './policy-settings.ts';

export interface PolicyOnTrial extends CompiledPolicy {
  /** Lower case, no final dot. */
  readonly zone: string;
  /** Names the version within the sandbox. */
  readonly key: string;
  readonly settings: PolicySettings;
}

/** A sandbox in which nobody waits. */
export type TrialSandbox = Pick<Sandbox, 'load' | 'run' | 'drop'>;
