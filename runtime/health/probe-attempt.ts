/** One attempt of a probe, with a time limit: the common part of the probes of all kinds. */
import { attempt } from '../client/attempt.ts';
import type { ProbeResult } from './probe.ts';
import { problemText } from './problem-text.ts';

/**
 * Ends the attempt: as a success without an error, perhaps with a load, as a failure with one. Only the first call
 * counts.
 */
export type Settle = (error?: unknown, load?: number) => void;

/**
 * Begins an attempt and returns its result. `begin` returns a function that closes all it opened, which is
 * called exactly once, at the end, whatever the result is.
 */
export async function attemptProbe(
  timeoutMs: number,
  signal: AbortSignal,
  begin: (settle: Settle) => { destroy(): unknown },
): Promise<ProbeResult> {
  const began = performance.now();
  const bounds = {
    timeoutMs,
    late: { ok: false, problem: `No answer within ${timeoutMs} ms` },
    signal,
    stopped: STOPPED,
  } as const;
  const outcome = await attempt<Outcome>(bounds, ({ settle }) => {
    try {
      const opened = begin((error, load) =>
        settle(error === undefined ? { ok: true, ...(load !== undefined && { load }) } : failed(error)),
      );
      return () => opened.destroy();
    } catch (error) {
      // Node throws at once for an impossible request, such as one with a line break in a header.
      settle(failed(error));
      return () => {};
    }
  });
  return { ...outcome, elapsedMs: performance.now() - began };
}

type Outcome =
  | { readonly ok: true; readonly load?: number }
  | { readonly ok: false; readonly problem: string };

const STOPPED: Outcome = { ok: false, problem: 'Stopped' };

function failed(error: unknown): Outcome {
  return { ok: false, problem: problemText(error) };
}
