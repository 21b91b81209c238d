/** Latencies that somebody pushes or drops, put to use in turn with reloads. */
import type { LatencyFacts } from '../../admin/source.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Reloading } from '../reloading.ts';
import type { PushKind } from './pushed-latencies.ts';
import { type UseGeoParts, useGeo } from './use-geo.ts';

export interface ChangeLatenciesParts extends UseGeoParts {
  readonly reloading: Pick<Reloading, 'inTurn'>;
}

/** Resolves once answer processes go by them; fails, in words, where they cannot be used. */
export async function usePushed(
  octets: Uint8Array,
  kind: PushKind,
  parts: ChangeLatenciesParts,
): Promise<Result<LatencyFacts>> {
  const { reloading, latencyFile } = parts;
  let pushed: Result<unknown> = fail('The server stops');
  await reloading.inTurn(async () => {
    pushed = await latencyFile.push(octets, kind);
    if (pushed.ok) await useGeo(parts);
  });
  if (!pushed.ok) return pushed;
  const facts = latencyFile.facts();
  return facts === undefined ? fail('The latencies cannot be used; the log says why') : ok(facts);
}

/** Returns whether there were any. */
export async function forgetPushed(parts: ChangeLatenciesParts): Promise<boolean> {
  const { reloading, latencyFile } = parts;
  let wereThere = false;
  await reloading.inTurn(async () => {
    wereThere = await latencyFile.drop();
    await useGeo(parts);
  });
  return wereThere;
}
