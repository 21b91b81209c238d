/** Locations that follow from a country code alone. */
import { continentOf } from './continent.ts';
import { isInEuropeanUnion } from './european-union.ts';
import { differingFields, type Location } from './location.ts';

/** A country with its continent and whether it is in the European Union. */
export function locationInCountry(country: string): Location {
  const continent = continentOf(country);
  return { country, ...(continent !== undefined && { continent }), eu: isInEuropeanUnion(country) };
}

/** The country whose two letters are the octets of a number; '' for 0. */
export function countryOf(code: number): string {
  return code === 0 ? '' : String.fromCharCode(code >> 8, code & 0xff);
}

/** The location of a country given as such a number: the same object each time, and an empty one for 0. */
export function locationOfCountry(code: number): Location {
  let location = locations.get(code);
  if (location === undefined) {
    location = code === 0 ? {} : locationInCountry(countryOf(code));
    locations.set(code, location);
  }
  return location;
}

/** The fields in which two countries differ; each country is such a number. */
export function differingCountries(one: number, other: number): number {
  if (one === other) return 0;
  const key = one * 0x1_0000 + other;
  let fields = differing.get(key);
  if (fields === undefined) {
    fields = differingFields(locationOfCountry(one), locationOfCountry(other));
    differing.set(key, fields);
  }
  return fields;
}

/** Differing fields by pair of countries: loading compares millions of neighbouring ranges. */
const differing = new Map<number, number>();

const locations = new Map<number, Location>();
