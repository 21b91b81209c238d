/** What is known of a place on the network, and the contract of whoever knows it. */
import type { Address } from '../base/ip.ts';

export type Continent = 'AF' | 'AN' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';

/** A fact that is not known is absent: never an empty string, never 0°N 0°E. */
export interface Location {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string;
  readonly continent?: Continent;
  /** ISO 3166-2 without the country. */
  readonly region?: string;
  readonly city?: string;
  /** Degrees north. */
  readonly latitude?: number;
  /** Degrees east. */
  readonly longitude?: number;
  readonly eu?: boolean;
  /** IANA time zone. */
  readonly timeZone?: string;
}

export interface Located {
  readonly location: Location;
  /** All addresses that share this many leading bits with the one asked for have this location. */
  readonly prefixLength: number;
}

export interface GeoSource {
  /** Where an address is; an empty location where nothing is known. Never throws. */
  locate(address: Address): Located;
}
