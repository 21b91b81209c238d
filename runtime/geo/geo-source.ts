/** The geo data that the settings ask for. */
import { createGeoipLiteSource } from './geoip-lite.ts';
import type { GeoDetail } from './geoip-lite-files.ts';
import type { GeoSource, Location } from './location.ts';
import { withOverrides } from './overrides.ts';

export interface GeoSettings {
  readonly detail: GeoDetail | 'none';
  /** Network → what is known of it. */
  readonly overrides: Readonly<Record<string, Location>>;
}

/** Loads the data; throws a DnsteerError where it cannot be read. */
export function createGeoSource({ detail, overrides }: GeoSettings): GeoSource {
  return withOverrides(detail === 'none' ? NOWHERE : createGeoipLiteSource({ detail }), overrides);
}

const UNKNOWN: Location = {};

/** Knows nothing, which is the same for all addresses. */
const NOWHERE: GeoSource = {
  locate: () => UNKNOWN,
  read: () => undefined,
  key: () => 0,
  prefixLength: () => 0,
};
