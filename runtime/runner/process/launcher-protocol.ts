/**
 * Every message between an answer process and its launcher, over Node's IPC channel.
 *
 * The answer process speaks first. For each `start` there is one `started`, with the other end of the
 * child's fd 3 as the handle that comes with it, and later one `ended` and one `complained`; or `failed`
 * alone.
 */

export type ToLauncher = {
  readonly t: 'start';
  readonly id: number;
  readonly command: readonly [program: string, ...args: string[]];
  /** The nice value of the process, see base/process/priority.ts. */
  readonly priority: number;
};

export type FromLauncher =
  | { readonly t: 'started'; readonly id: number; readonly pid: number }
  | { readonly t: 'failed'; readonly id: number; readonly message: string }
  | { readonly t: 'ended'; readonly id: number; readonly how: string; readonly signal?: NodeJS.Signals }
  /** What the child wrote to stderr, once it has ended. */
  | { readonly t: 'complained'; readonly id: number; readonly complaint: string };
