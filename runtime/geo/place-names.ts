/**
 * geoip-lite's file of names: 88 octets for each place, texts padded with zeros.
 *
 *     country   2    ISO 3166-1
 *     region    3    ISO 3166-2, without the country
 *     metro     4    not used
 *     EU flag   1    as old as the data; european-union.ts knows better
 *     time zone 32   IANA
 *     city      46   UTF-8
 */

import { locationInCountry } from './country-location.ts';
import type { Location } from './location.ts';

export class PlaceNames {
  readonly #octets: Buffer;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  /** All that is known of a place. */
  location(place: number, latitude: number, longitude: number): Location {
    const country = this.#text(place, 0, 2);
    const region = this.#text(place, 2, 3);
    const timeZone = this.#text(place, 10, 32);
    const city = this.#text(place, 42, 46);
    return {
      ...(country !== '' && locationInCountry(country)),
      ...(region !== '' && { region }),
      ...(city !== '' && { city }),
      ...(timeZone !== '' && { timeZone }),
      latitude,
      longitude,
    };
  }

  /** Whether the flag in the data itself counts a country to the European Union. */
  flagsAsEuropeanUnion(country: string): boolean {
    const count = Math.floor(this.#octets.length / PLACE_SIZE);
    for (let place = 0; place < count; place++) {
      if (this.#text(place, 0, 2) === country) return this.#text(place, 9, 1) === '1';
    }
    return false;
  }

  #text(place: number, at: number, length: number): string {
    const start = place * PLACE_SIZE + at;
    const zero = this.#octets.subarray(start, start + length).indexOf(0);
    return this.#octets.toString('utf8', start, start + (zero === -1 ? length : zero));
  }
}

const PLACE_SIZE = 88;
