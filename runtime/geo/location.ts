/** What is known of a place on the network, and the contract of sources of such knowledge. */
import type { Address } from '../base/net/ip.ts';
import { PLACE_FIELD_NAMES, type PlaceField, type PlaceValue } from '../base/place-fields.ts';

export type Continent = PlaceValue<'continent'>;

export type LocationField = PlaceField;

/** A fact that is not known is absent: never an empty string, never 0°N 0°E. */
export type Location = { readonly [Field in LocationField]?: PlaceValue<Field> };

/** Degrees north and east, where they are known. */
export interface Coordinates {
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
}

/** Every field; a set of them is a number, bit n for the nth. */
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
  /** Where an address is; an empty location where nothing is known. Never throws. */
  locate(address: Address): Location;
  /** One field of the location, without making all of it. */
  read(address: Address, field: LocationField): Location[LocationField];
  /** A whole number of 32 bits; addresses of one family that have the same have the same in all fields of this set. */
  key(address: Address, fields: number): number;
  /** Length of the largest prefix around an address in which no field of this set changes. */
  prefixLength(address: Address, fields: number): number;
}
