/** A policy on trial, and the sandbox of its trial. */
import type { CompiledPolicy } from '../build/failure-place.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import type { PolicySettings } from './policy-settings.ts';

export interface PolicyOnTrial extends CompiledPolicy {
  /** Lower case, no final dot. */
  readonly zone: string;
  /** The name of the version within the sandbox. */
  readonly key: string;
  readonly settings: PolicySettings;
}

/** A sandbox in which no query waits. */
export type TrialSandbox = Pick<Sandbox, 'load' | 'run' | 'drop'>;
