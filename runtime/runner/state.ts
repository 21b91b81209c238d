/** What a sandbox says of itself. */

/** For the log: a process serves from now on, or is gone; or a policy is given another sandbox. */
export interface SandboxState {
  readonly state: 'ready' | 'exited' | 'moved';
  readonly pid: number;
  readonly detail: string;
}

export interface SandboxStats {
  /** 0 while no process serves. */
  readonly pid: number;
  readonly rssBytes: number;
  readonly restarts: number;
  /** Requests without a reply, loads included. */
  readonly pending: number;
  readonly quarantined: readonly string[];
  /** Policies that the spare has loaded. */
  readonly spare: readonly string[];
}
