/** Makes the geo source that the settings name. */
import { createGeoipLiteSource } from './geoip-lite.ts';
import type { GeoDetail } from './geoip-lite-files.ts';
import type { GeoSource, Location } from './location.ts';
import { withOverrides } from './overrides.ts';

export interface GeoSettings {
  readonly detail: GeoDetail | 'none';
  /** Network → its location. */
  readonly overrides: Readonly<Record<string, Location>>;
}

/** Loads the data; throws a DnsteerError where it cannot be read. */
export function createGeoSource({ detail, overrides }: GeoSettings): GeoSource {
  return withOverrides(detail === 'none' ? NOWHERE : createGeoipLiteSource({ detail }), overrides);
}

const UNKNOWN: Location = {};

/** A source without data, in which all addresses have the same empty location. */
const NOWHERE: GeoSource = {
  locate: () => UNKNOWN,
  read: () => undefined,
  key: () => 0,
  prefixLength: () => 0,
};
