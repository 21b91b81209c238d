/**
 * The MMDB files of the settings as control sees them: looked at before answer processes are to read them, so that one that
 * was not written to its end, or is no such file, is told, and those before go on with the data that they have.
 */
import type { GeoFacts } from '../../admin/source.ts';
import type { Config } from '../../config/config.ts';
import { describeGeoipLite } from '../../geo/geoip-lite.ts';
import { checkMmdb, type MmdbDescription } from '../../geo/mmdb.ts';

/** The files with the hashes of their content. @throws {DnsteerError} `START`, if one cannot be used. */
export function geoFiles(files: readonly string[]): { file: string; hash: string }[] {
  return files.map((file) => {
    const seen = checkMmdb(file, known.get(file));
    known.set(file, seen);
    return { file, hash: seen.hash };
  });
}

/** What the geo data are, and when they were made. */
export function geoFacts({ files, detail }: Config['geo']): GeoFacts[] {
  const own = files.flatMap((file): GeoFacts[] => {
    const seen = known.get(file);
    return seen === undefined ? [] : [{ name: seen.type, file, built: seen.built.toISOString() }];
  });
  if (detail === 'none') return own;
  const { name, written, outdated } = describeGeoipLite({ detail });
  return [...own, { name, ...(outdated ? { isBefore2020: true } : { built: written.toISOString() }) }];
}

/** By file, as it was found last: most reloads find the same. */
const known = new Map<string, MmdbDescription>();
