/** Makes the geo source that the settings name. */
import { createGeoipLiteSource } from './geoip-lite.ts';
import type { GeoDetail } from './geoip-lite-files.ts';
import { layered, NOWHERE } from './layers.ts';
import type { GeoSource, Location } from './location.ts';
import { createMmdbSource } from './mmdb.ts';
import { withOverrides } from './overrides.ts';

export interface GeoFile {
  readonly file: string;
  /** A copy of what was found in the file when it was looked at; the file itself may be another by now. */
  readonly copy?: string;
}

export interface GeoSettings {
  /** What is used of geoip-lite, behind the files. */
  readonly detail: GeoDetail | 'none';
  /** MMDB files, the first before all others. */
  readonly files: readonly (string | GeoFile)[];
  /** Network → its location. */
  readonly overrides: Readonly<Record<string, Location>>;
}

/**
 * Loads the data; throws a DnsteerError where it cannot be read. With `onBroken` a file that cannot be used is left out,
 * and told of: those behind it know something as well.
 */
export function createGeoSource(
  { detail, files, overrides }: GeoSettings,
  onBroken?: (problem: string) => void,
): GeoSource {
  const sources = files.flatMap((one) => sourceOf(typeof one === 'string' ? { file: one } : one, onBroken));
  const behind = detail === 'none' ? NOWHERE : createGeoipLiteSource({ detail });
  return withOverrides(layered([...sources, behind]), overrides);
}

function sourceOf({ file, copy }: GeoFile, onBroken: ((problem: string) => void) | undefined): GeoSource[] {
  if (onBroken === undefined) return [createMmdbSource(file)];
  for (const place of copy === undefined ? [file] : [copy, file]) {
    try {
      return [createMmdbSource(place)];
    } catch (error) {
      onBroken((error as Error).message);
    }
  }
  return [];
}
