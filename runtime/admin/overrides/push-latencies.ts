/** Answers `PUT` and `POST /api/latencies`: milliseconds from clients to pools, all of them or by rows, as the body has them. */
import type { AdminSource, LatencyFacts } from '../source.ts';

export type LatenciesResult =
  | { readonly status: 200; readonly body: LatencyFacts }
  | { readonly status: 400; readonly body: { readonly error: string } };

/** Takes a table, or rows of one; `octets` are text as a file of `geo.latency` has it. */
export async function answerLatencies(
  octets: ArrayBuffer,
  kind: 'whole' | 'rows',
  source: Pick<AdminSource, 'pushLatencies'>,
): Promise<LatenciesResult> {
  const taken = await source.pushLatencies(new Uint8Array(octets), kind);
  return taken.ok ? { status: 200, body: taken.value } : { status: 400, body: { error: taken.problem } };
}
