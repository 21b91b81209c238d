/**
 * Locates addresses by the data of geoip-lite, with exact ranges for both address families, so that each
 * location comes with its prefix.
 *
 * The data bundled with the package is old (see `describeGeoipLite`); the package's own update
 * script refreshes it in place.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { countryOf, differingCountries, locationInCountry } from './country-location.ts';
import {
  dataWritten,
  type GeoDetail,
  geoipLiteDirectory,
  geoipLiteVersion,
  NAMES_FILE,
  rangesFile,
  readNames,
  readRanges,
} from './geoip-lite-files.ts';
import { locatedSource } from './located-source.ts';
import type { GeoSource } from './location.ts';
import { PlaceNames } from './place-names.ts';
import { DEGREE, type Places, RangeLocator } from './range-locator.ts';
import { NOTHING } from './range-table.ts';

export interface GeoipLiteOptions {
  readonly detail: GeoDetail;
  /** Folder of the data files; default: the package's own, or GEODATADIR. */
  readonly directory?: string;
}

/** Loads the data, which takes a third of a second; throws a DnsteerError where it cannot be read. */
export function createGeoipLiteSource(options: GeoipLiteOptions): GeoSource {
  const { detail, directory = geoipLiteDirectory() } = options;
  const places = detail === 'city' ? cities(new PlaceNames(readNames(directory))) : COUNTRIES;
  const ipv4 = new RangeLocator(readRanges(directory, detail, 4, places.differing), places);
  const ipv6 = new RangeLocator(readRanges(directory, detail, 6, places.differing), places);
  return locatedSource(ipv4, ipv6);
}

/** What an operator should know about the data. */
export interface GeoDescription {
  /** `geoip-lite 2.0.3`. */
  readonly name: string;
  readonly detail: GeoDetail;
  readonly directory: string;
  /** When the files were written; the files of the package are as old as its installation. */
  readonly written: Date;
  /**
   * Whether the data is older than February 2020: it then counts the United Kingdom to the European Union.
   */
  readonly outdated: boolean;
}

/** Describes the data without loading it. */
export function describeGeoipLite(options: GeoipLiteOptions): GeoDescription {
  const { detail, directory = geoipLiteDirectory() } = options;
  const hasNames = existsSync(path.join(directory, NAMES_FILE));
  return {
    name: `geoip-lite ${geoipLiteVersion()}`,
    detail,
    directory,
    written: dataWritten(path.join(directory, rangesFile(detail, 4))),
    outdated: hasNames && new PlaceNames(readNames(directory)).flagsAsEuropeanUnion('GB'),
  };
}

function cities(names: PlaceNames): Places {
  return {
    hasCoordinates: true,
    country: (place) => names.country(place),
    location: (table, segment) =>
      names.location(
        table.place(segment),
        table.latitude(segment) / DEGREE,
        table.longitude(segment) / DEGREE,
      ),
    differing: names.comparer(),
  };
}

const COUNTRIES: Places = {
  hasCoordinates: false,
  country: (place) => place,
  location: (table, segment) => locationInCountry(countryOf(table.place(segment))),
  differing: (one, other) => differingCountries(one === NOTHING ? 0 : one, other === NOTHING ? 0 : other),
};
