/** The location of an address, and the contract of geo sources. */
import type { Address } from '../base/net/ip.ts';
import { PLACE_FIELD_NAMES, type PlaceField, type PlaceValue } from '../base/place-fields.ts';
import type { Latencies } from './latency/latency-table.ts';

export type Continent = PlaceValue<'continent'>;

export type LocationField = PlaceField;

/** An unknown field is absent: never an empty string, never 0°N 0°E. */
export type Location = { readonly [Field in LocationField]?: PlaceValue<Field> };

/** Degrees north and east; `undefined` where unknown. */
export interface Coordinates {
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
}

/** All fields; a set of fields is a number with bit n for the nth. */
export const LOCATION_FIELDS = PLACE_FIELD_NAMES;

export const ALL_FIELDS = (1 << LOCATION_FIELDS.length) - 1;

/** The set of one field. */
export function fieldBit(field: LocationField): number {
  return 1 << LOCATION_FIELDS.indexOf(field);
}

/** The fields in which two locations differ. */
export function differingFields(one: Location, other: Location): number {
  if (one === other) return 0;
  return LOCATION_FIELDS.reduce(
    (fields, field, index) => (one[field] === other[field] ? fields : fields | (1 << index)),
    0,
  );
}

export interface GeoSource {
  /** The location of an address, empty where nothing is known. Never throws. */
  locate(address: Address): Location;
  /** One field of the location, without making the whole location. */
  read(address: Address, field: LocationField): Location[LocationField];
  /** A 32-bit integer. Addresses of one family with the same key agree in all fields of the set. */
  key(address: Address, fields: number): number;
  /** Length of the largest prefix around an address in which no field of the set changes. */
  prefixLength(address: Address, fields: number): number;
  /** What was measured from the networks of clients; absent where nobody could tell. */
  readonly latencies?: Latencies;
}
