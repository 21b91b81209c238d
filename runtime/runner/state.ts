/** A sandbox's events for the log, and its figures for the status. */

/** An event for the log: a process serves from now on, or is gone; or a policy moves to another sandbox. */
export interface SandboxState {
  readonly state: 'ready' | 'exited' | 'moved';
  readonly pid: number;
  readonly detail: string;
}

export interface SandboxStats {
  /** No process was started yet, for want of a policy. */
  readonly isIdle?: true;
  /** 0 while no process serves. */
  readonly pid: number;
  readonly rssBytes: number;
  readonly restarts: number;
  /** Requests without a reply, loads included. */
  readonly pending: number;
  readonly quarantined: readonly string[];
  /** Keys of the policies that the spare has loaded. */
  readonly spare: readonly string[];
}
