/**
 * Reads geoip-lite's file of names: 88 octets for each place, with texts padded with zeros.
 *
 *     country   2    ISO 3166-1
 *     region    3    ISO 3166-2, without the country
 *     metro     4    not used
 *     EU flag   1    as old as the data; european-union.ts is right
 *     time zone 32   IANA
 *     city      46   UTF-8
 */

import { differingCountries, locationInCountry } from './country-location.ts';
import { fieldBit, type Location } from './location.ts';
import { type DifferingPlaces, NOTHING } from './range-table.ts';

export class PlaceNames {
  readonly #octets: Buffer;
  /** By place, the number of its country: see `country`. */
  readonly #countries: Uint16Array;

  constructor(octets: Buffer) {
    this.#octets = octets;
    this.#countries = Uint16Array.from({ length: Math.floor(octets.length / PLACE_SIZE) }, (_, place) =>
      octets.readUInt16BE(place * PLACE_SIZE),
    );
  }

  /** The country of a place, its two letters as one number; 0 if it is not known. */
  country(place: number): number {
    return this.#countries[place] ?? 0;
  }

  /** The location of a place. */
  location(place: number, latitude: number, longitude: number): Location {
    const country = this.#text(place, 0, 2);
    const region = this.#text(place, REGION.at, REGION.length);
    const timeZone = this.#text(place, TIME_ZONE.at, TIME_ZONE.length);
    const city = this.#text(place, CITY.at, CITY.length);
    return {
      ...(country !== '' && locationInCountry(country)),
      ...(region !== '' && { region }),
      ...(city !== '' && { city }),
      ...(timeZone !== '' && { timeZone }),
      latitude,
      longitude,
    };
  }

  /** Whether the data's own flag counts a country to the European Union. */
  flagsAsEuropeanUnion(country: string): boolean {
    const count = Math.floor(this.#octets.length / PLACE_SIZE);
    for (let place = 0; place < count; place++) {
      if (this.#text(place, 0, 2) === country) return this.#text(place, 9, 1) === '1';
    }
    return false;
  }

  /**
   * Returns a function for the fields in which two places differ; from an unknown place all known fields
   * differ.
   */
  comparer(): DifferingPlaces {
    const countries = this.#countries;
    const count = countries.length;
    const regions = this.#textIds(count, REGION);
    const timeZones = this.#textIds(count, TIME_ZONE);
    const cities = this.#textIds(count, CITY);
    const known = (place: number): number =>
      COORDINATES |
      differingCountries(0, countries[place] ?? 0) |
      (regions[place] === 0 ? 0 : REGION.bit) |
      (timeZones[place] === 0 ? 0 : TIME_ZONE.bit) |
      (cities[place] === 0 ? 0 : CITY.bit);
    return (one, other) => {
      if (one === NOTHING) return known(other);
      if (other === NOTHING) return known(one);
      let fields = differingCountries(countries[one] ?? 0, countries[other] ?? 0);
      if (regions[one] !== regions[other]) fields |= REGION.bit;
      if (timeZones[one] !== timeZones[other]) fields |= TIME_ZONE.bit;
      if (cities[one] !== cities[other]) fields |= CITY.bit;
      return fields;
    };
  }

  /**
   * Gives each place a number for one of its texts, 0 for no text, as loading compares millions of pairs. A
   * hash finds equal texts among the places before; strings and a Map would take three times as long.
   */
  #textIds(count: number, field: TextField): Uint32Array {
    const mask = 2 ** Math.ceil(Math.log2(2 * count + 1)) - 1;
    const firsts = new Uint32Array(mask + 1);
    const ids = new Uint32Array(count);
    for (let place = 0; place < count; place += 1) {
      if (this.#octets[place * PLACE_SIZE + field.at] === 0) continue;
      let slot = this.#textHash(place, field) & mask;
      for (;;) {
        const first = firsts[slot] ?? 0;
        if (first === 0) firsts[slot] = place + 1;
        if (first === 0 || this.#isSame(first - 1, place, field)) break;
        slot = (slot + 1) & mask;
      }
      ids[place] = firsts[slot] ?? 0;
    }
    return ids;
  }

  /** The FNV-1a hash of a text. */
  #textHash(place: number, { at, length }: TextField): number {
    const start = place * PLACE_SIZE + at;
    let hash = 0x811c9dc5;
    for (let index = start; index < start + length; index += 1) {
      const octet = this.#octets[index] ?? 0;
      if (octet === 0) break;
      hash = Math.imul(hash ^ octet, 0x01000193);
    }
    return hash ^ (hash >>> 15);
  }

  #isSame(one: number, other: number, { at, length }: TextField): boolean {
    const [oneAt, otherAt] = [one * PLACE_SIZE + at, other * PLACE_SIZE + at];
    for (let index = 0; index < length; index += 1) {
      const octet = this.#octets[oneAt + index];
      if (octet !== this.#octets[otherAt + index]) return false;
      if (octet === 0) break;
    }
    return true;
  }

  #text(place: number, at: number, length: number): string {
    const start = place * PLACE_SIZE + at;
    const zero = this.#octets.subarray(start, start + length).indexOf(0);
    return this.#octets.toString('utf8', start, start + (zero === -1 ? length : zero));
  }
}

const PLACE_SIZE = 88;
const COORDINATES = fieldBit('latitude') | fieldBit('longitude');

interface TextField {
  /** The set with only this field. */
  readonly bit: number;
  readonly at: number;
  readonly length: number;
}

const REGION: TextField = { bit: fieldBit('region'), at: 2, length: 3 };
const TIME_ZONE: TextField = { bit: fieldBit('timeZone'), at: 10, length: 32 };
const CITY: TextField = { bit: fieldBit('city'), at: 42, length: 46 };
