/** What the operator lets checks run, and a policy can only name. */

/** A command as the settings have it. */
export interface HealthCommand {
  /** The program and its arguments, in which `{address}` stands for what is probed. */
  readonly run: readonly string[];
  /** Who runs it, by number; absent where control itself is not root. */
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  /** Why it cannot be run. */
  readonly problem?: string;
}
