/** How a sandbox is started, and what it is for. */
import type { SandboxChild } from './process/child.ts';
import type { SandboxAccount, SandboxSettings } from './process/program.ts';
import type { SandboxState } from './state.ts';

export interface SandboxOptions {
  /** Whether a second process is ready to take over. Default true; off where no query waits. */
  readonly spare?: boolean;
  /** Whether no query waits for the policies: then a busy machine is no reason to stop one. Default false. */
  readonly isPatient?: boolean;
  readonly onState?: (event: SandboxState) => void;
  /** The account that its processes run under. Default: the account of this process. */
  readonly account?: SandboxAccount | undefined;
  readonly settings?: SandboxSettings;
  /** The script that runs before each policy. Default none. */
  readonly prelude?: string;
  /** See priority.ts. */
  readonly priority?: number;
  /** Starts a process. Default: this process starts a sandbox itself. */
  readonly spawn?: (priority: number) => SandboxChild;
}
