/** Puts geo data that have changed to use, under the settings that are in force. */
import type { AnswerFleet } from '../fleet/answer-fleet.ts';
import type { SettingsInForce } from '../settings-in-force.ts';
import type { TakenGeo } from './taken-geo.ts';

export interface UseGeoParts extends TakenGeo {
  readonly settings: SettingsInForce;
  readonly fleet: AnswerFleet;
}

/**
 * Takes over files that may have changed. Where places have changed, answer processes are replaced by others that have read them:
 * their memories of what policies decided begin anew, as those rest on the data before. Latencies are taken over between two queries.
 */
export async function useGeo({ settings, geoFiles, latencyFile, fleet }: UseGeoParts): Promise<void> {
  const { files, latency } = settings.config.geo;
  await geoFiles.take(files);
  await latencyFile.take(latency);
  try {
    await fleet.use(settings.ofAnswers());
  } catch (error) {
    geoFiles.doubt();
    throw error;
  }
  await geoFiles.prune(files);
  await latencyFile.prune();
}
