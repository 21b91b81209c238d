/** Makes the geo source that the settings name. */
import { DnsteerError } from '../base/errors.ts';
import { fileProblemText, readRegularFileSync } from '../base/files/read-file.ts';
import { createGeoipLiteSource } from './geoip-lite.ts';
import type { GeoDetail } from './geoip-lite-files.ts';
import { Latencies, LatencyTable } from './latency/latency-table.ts';
import { MOST_LATENCY_OCTETS, readLatencies } from './latency/read-latencies.ts';
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
  /** A file of latencies, which is read here where no control reads it. */
  readonly latency?: string | undefined;
  /** Network → its location. */
  readonly overrides: Readonly<Record<string, Location>>;
}

/**
 * Loads the data; throws a DnsteerError where it cannot be read. With `onBroken` a file that cannot be used is left out,
 * and told of: those behind it know something as well.
 */
export function createGeoSource(
  { detail, files, overrides, latency }: GeoSettings,
  onBroken?: (problem: string) => void,
): GeoSource {
  const sources = files.flatMap((one) => sourceOf(typeof one === 'string' ? { file: one } : one, onBroken));
  const behind = detail === 'none' ? NOWHERE : createGeoipLiteSource({ detail });
  const latencies = new Latencies();
  if (latency !== undefined) latencies.table = latencyTableIn(latency);
  return { ...withOverrides(layered([...sources, behind]), overrides), latencies };
}

function latencyTableIn(file: string): LatencyTable {
  const read = readRegularFileSync(file, { mostOctets: MOST_LATENCY_OCTETS });
  if (!read.ok)
    throw new DnsteerError('START', `Cannot read the latencies ${file}: ${fileProblemText(read.problem)}`);
  const data = readLatencies(read.value.octets);
  if (data.ok) return new LatencyTable(data.value);
  const { line, problem } = data.problem;
  throw new DnsteerError('START', `Cannot use the latencies ${file}:${line}: ${problem}`);
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
