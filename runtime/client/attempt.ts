/**
 * One attempt on the network with a time limit. Inquiries to other servers and health probes are attempts.
 */

/** How an attempt ends if it does not settle itself. */
export interface Bounds<T> {
  /** Milliseconds for the whole attempt, or from one sign of life to the next. */
  readonly timeoutMs: number;
  /** The outcome when the time is over. */
  readonly late: T;
  /** Ends the attempt early. */
  readonly signal?: AbortSignal | undefined;
  /** The outcome if the signal ends the attempt. */
  readonly stopped: T;
}

export interface BoundedAttempt<T> {
  /** Ends the attempt. Only the first end counts. */
  readonly settle: (outcome: T) => void;
  /** Rejects the attempt because of a bug. */
  readonly fail: (error: unknown) => void;
  /** Notes a sign of life: the time limit begins anew. */
  readonly extend: () => void;
}

/**
 * Begins an attempt and returns its outcome. `begin` returns a function that closes all it opened, which is
 * called exactly once, at the end, whatever the outcome is. No timer keeps the process alive.
 */
export function attempt<T>(
  { timeoutMs, late, signal, stopped }: Bounds<T>,
  begin: (attempt: BoundedAttempt<T>) => () => unknown,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let close: (() => unknown) | undefined;
  let isOver = false;

  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    close?.();
    return true;
  };
  const settle = (outcome: T): void => {
    if (end()) resolve(outcome);
  };
  const fail = (error: unknown): void => {
    if (end()) reject(error);
  };
  const onAbort = (): void => settle(stopped);
  const timer = setTimeout(settle, timeoutMs, late).unref();
  signal?.addEventListener('abort', onAbort);

  try {
    close = begin({ settle, fail, extend: () => timer.refresh() });
    // The attempt settled before `begin` returned the function that closes it.
    if (isOver) close();
    else if (signal?.aborted === true) onAbort();
  } catch (error) {
    fail(error);
  }
  return promise;
}
