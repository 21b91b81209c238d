/** The data of geoip-lite as they are shown beside those of files. */
import type { GeoFacts } from '../../admin/source.ts';
import { describeGeoipLite } from '../../geo/geoip-lite.ts';

/** The files of the package are dated by their installation, which tells nothing where the data is older. */
export function geoipLiteFacts(detail: 'city' | 'country'): GeoFacts {
  const { name, written, outdated } = describeGeoipLite({ detail });
  return { name, ...(outdated ? { isBefore2020: true } : { built: written.toISOString() }) };
}
