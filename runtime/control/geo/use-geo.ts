/** Puts geo data that have changed to use, under the settings that are in force. */
import type { ServerParts } from '../server-parts.ts';

/**
 * Takes over files that may have changed, and replaces answer processes by others that have read them: their memories of what
 * policies decided begin anew, as those rest on the data before.
 */
export async function useGeo({
  settings,
  geoFiles,
  fleet,
}: Pick<ServerParts, 'settings' | 'geoFiles' | 'fleet'>): Promise<void> {
  const { files } = settings.config.geo;
  await geoFiles.take(files);
  try {
    await fleet.use(settings.ofAnswers());
  } catch (error) {
    geoFiles.doubt();
    throw error;
  }
  await geoFiles.prune(files);
}
