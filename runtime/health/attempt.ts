/** One try at something on the network, bounded in time: what all probes have in common. */

import type { ProbeResult } from './probe.ts';
import { problemText } from './problem-text.ts';

/** Ends the attempt: without an error in success, else in failure. All calls but the first do nothing. */
export type Settle = (error?: unknown) => void;

/**
 * Begins something that settles at some time, and returns how it went. `begin` returns what closes
 * all it opened; that is called exactly once, at the end, whatever the end is.
 */
export function attempt(
  timeoutMs: number,
  signal: AbortSignal,
  begin: (settle: Settle) => { destroy(): unknown },
): Promise<ProbeResult> {
  const { promise, resolve } = Promise.withResolvers<ProbeResult>();
  const began = performance.now();
  let opened: { destroy(): unknown } | undefined;
  let settled = false;

  const settle: Settle = (error) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    opened?.destroy();
    const elapsedMs = performance.now() - began;
    resolve(
      error === undefined ? { ok: true, elapsedMs } : { ok: false, elapsedMs, problem: problemText(error) },
    );
  };
  const onAbort = () => settle('Stopped');
  const timer = setTimeout(settle, timeoutMs, `No answer within ${timeoutMs} ms`);
  timer.unref();
  signal.addEventListener('abort', onAbort);

  try {
    opened = begin(settle);
    // Settled before there was anything to close.
    if (settled) opened.destroy();
    else if (signal.aborted) onAbort();
  } catch (error) {
    // Node throws at once for what can be no request, such as a line break in a header.
    settle(error);
  }
  return promise;
}
