/** One try at something to be probed, bounded in time: what the probes of all kinds have in common. */
import { attempt } from '../client/attempt.ts';
import type { ProbeResult } from './probe.ts';
import { problemText } from './problem-text.ts';

/** Ends the attempt: without an error in success, else in failure. All calls but the first do nothing. */
export type Settle = (error?: unknown) => void;

/**
 * Begins something that settles at some time, and returns how it went. `begin` returns what closes
 * all it opened; that is called exactly once, at the end, whatever the end is.
 */
export async function attemptProbe(
  timeoutMs: number,
  signal: AbortSignal,
  begin: (settle: Settle) => { destroy(): unknown },
): Promise<ProbeResult> {
  const began = performance.now();
  const bounds = {
    timeoutMs,
    late: failed(`No answer within ${timeoutMs} ms`),
    signal,
    stopped: failed('Stopped'),
  };
  const outcome = await attempt<Outcome>(bounds, ({ settle }) => {
    try {
      const opened = begin((error) => settle(error === undefined ? { ok: true } : failed(error)));
      return () => opened.destroy();
    } catch (error) {
      // Node throws at once for what can be no request, such as a line break in a header.
      settle(failed(error));
      return () => {};
    }
  });
  return { ...outcome, elapsedMs: performance.now() - began };
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly problem: string };

function failed(error: unknown): Outcome {
  return { ok: false, problem: problemText(error) };
}
