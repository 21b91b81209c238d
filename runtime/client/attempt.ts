/** One try at something on the network with a limit of time. Questions to other servers and probes are such tries. */

/** How an attempt ends where nothing else ends it before. */
export interface Bounds<T> {
  /** Milliseconds, for all of it or from one sign of life to the next. */
  readonly timeoutMs: number;
  /** The outcome once the time is over. */
  readonly late: T;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** The outcome if it is ended early. */
  readonly stopped: T;
}

export interface BoundedAttempt<T> {
  /** Ends the attempt. All ends but the first do nothing. */
  readonly settle: (outcome: T) => void;
  /** Ends it with a bug. */
  readonly fail: (error: unknown) => void;
  /** A sign of life: the time begins anew. */
  readonly extend: () => void;
}

/**
 * Begins something that settles at some time, and returns its outcome. `begin` returns what closes all it
 * opened; that is called exactly once, at the end, whatever the end is. No timer keeps the process alive.
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
    // Settled before there was anything to close.
    if (isOver) close();
    else if (signal?.aborted === true) onAbort();
  } catch (error) {
    fail(error);
  }
  return promise;
}
