/** What control has taken over of the geo data that the settings name. */
import type { GeoFiles } from './geo-files.ts';
import type { LatencyFile } from './latency-file.ts';

export interface TakenGeo {
  readonly geoFiles: GeoFiles;
  readonly latencyFile: LatencyFile;
}
