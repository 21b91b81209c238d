/**
 * What a record of an MMDB file says of a place, in the forms of those who make such files:
 *
 *     MaxMind        { country: { iso_code: 'DE' }, city: { names: { en: 'Bonn' } }, location: { latitude, … }, … }
 *     DB-IP, flat    { country_code: 'DE', city: 'Bonn', state1: 'NRW', latitude, longitude, timezone }
 *     IPinfo         { country: 'DE' or country_code, city, region, loc: '50.7,7.1', asn: 'AS64496', as_name }
 *     all of them    { autonomous_system_number: 64496, autonomous_system_organization: 'Example' }
 *
 * Continent and membership of the European Union follow from the country, as for all other data.
 */
import { isFields } from '../base/data-reader.ts';
import { PLACE_FIELDS } from '../base/place-fields.ts';
import { locationInCountry } from './country-location.ts';
import type { Location } from './location.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The place of a record; empty for one that says nothing of places or networks. */
export function locationOfRecord(record: unknown): Location {
  if (!isFields(record)) return {};
  const country = countryIn(record);
  const at = coordinatesIn(record);
  const region = text(
    isoOf(first(record.subdivisions)),
    record.region_code,
    record.state1_code,
    record.region,
    record.state1,
  );
  const city = text(nameOf(record.city), record.city);
  const timeZone = text(fields(record.location).time_zone, record.time_zone, record.timezone);
  const asn = asnIn(record);
  const organization = organizationIn(record);
  return {
    ...(country !== undefined && locationInCountry(country)),
    ...(region !== undefined && { region }),
    ...(city !== undefined && { city }),
    ...(timeZone !== undefined && { timeZone }),
    ...at,
    ...(asn !== undefined && { asn }),
    ...(organization !== undefined && { organization }),
  };
}

/** Where the network is; where it was registered says little of where its clients are. */
function countryIn(record: Fields): string | undefined {
  const code = text(
    isoOf(record.country),
    record.country_code,
    record.country,
    isoOf(record.registered_country),
  );
  const upper = code?.toUpperCase();
  return upper !== undefined && PLACE_FIELDS.country.form.test(upper) ? upper : undefined;
}

function coordinatesIn(record: Fields): Pick<Location, 'latitude' | 'longitude'> {
  const location = fields(record.location);
  const [north, east] = typeof record.loc === 'string' ? record.loc.split(',') : [];
  const latitude = degrees(location.latitude ?? record.latitude ?? record.lat ?? north, 90);
  const longitude = degrees(location.longitude ?? record.longitude ?? record.lng ?? east, 180);
  // 0°N 0°E is in the sea: it stands for a place that is not known.
  const isKnown = latitude !== undefined && longitude !== undefined && (latitude !== 0 || longitude !== 0);
  return isKnown ? { latitude, longitude } : {};
}

function asnIn(record: Fields): number | undefined {
  const traits = fields(record.traits);
  const written = record.autonomous_system_number ?? traits.autonomous_system_number ?? record.asn;
  const asn = Number(typeof written === 'string' ? written.replace(/^AS/i, '') : written);
  const { least, most } = PLACE_FIELDS.asn;
  return Number.isInteger(asn) && asn >= least && asn <= most ? asn : undefined;
}

function organizationIn(record: Fields): string | undefined {
  const traits = fields(record.traits);
  return text(
    record.autonomous_system_organization,
    traits.autonomous_system_organization,
    record.as_name,
    record.organization,
    record.isp,
    record.org,
  );
}

function degrees(value: unknown, most: number): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= most ? number : undefined;
}

/** The first that is a text, and not empty. */
function text(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? (value[0] as unknown) : undefined;
}

function isoOf(value: unknown): unknown {
  return fields(value).iso_code;
}

function nameOf(value: unknown): unknown {
  return fields(fields(value).names).en;
}
