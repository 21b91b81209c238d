/** How a sandbox is to be started, and what it is for. */
import type { SandboxChild } from './process/child.ts';
import type { SandboxAccount, SandboxSettings } from './process/program.ts';
import type { SandboxState } from './state.ts';

export interface SandboxOptions {
  /** Keep a second process ready to take over. Default true; off where no query waits. */
  readonly spare?: boolean;
  /** No query waits for what it is asked: then a busy machine is no reason to stop a policy. Default false. */
  readonly isPatient?: boolean;
  readonly onState?: (event: SandboxState) => void;
  /** The account of its processes, if not that of this process. */
  readonly account?: SandboxAccount | undefined;
  readonly settings?: SandboxSettings;
  /** The script that all policies expect to have run. Default none. */
  readonly prelude?: string;
  /** See priority.ts. */
  readonly priority?: number;
  /** How a process is started, if not as a sandbox and by this process itself. */
  readonly spawn?: (priority: number) => SandboxChild;
}
