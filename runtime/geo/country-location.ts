/** What follows from a country code alone. */
import { continentOf } from './continent.ts';
import { isInEuropeanUnion } from './european-union.ts';
import type { Location } from './location.ts';

/** A country with its continent and whether it is in the European Union. */
export function locationInCountry(country: string): Location {
  const continent = continentOf(country);
  return { country, ...(continent !== undefined && { continent }), eu: isInEuropeanUnion(country) };
}
