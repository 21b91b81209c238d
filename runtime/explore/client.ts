/** A client that is as a policy has read it to be. */
import { parseFact } from '../answer/facts/fact.ts';
import { CONTINENTS, type PlaceField } from '../base/place-fields.ts';
import { continentOf, countries } from '../geo/continent.ts';
import { isInEuropeanUnion } from '../geo/european-union.ts';
import type { Pool } from '../plan/plan.ts';
import { OTHER, seenOf } from '../rpc/alike.ts';
import type { FactValue, Read } from '../rpc/plan.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';
import { addressWith } from './client-address.ts';

/** Where a client is of whom nothing was read. */
const HOME = { country: 'DE', region: 'HE', city: 'Frankfurt am Main', timeZone: 'Europe/Berlin' } as const;
const HOME_AT = { latitude: 50.1, longitude: 8.7 } as const;

type Client = Pick<FactsData, 'place' | 'ip' | 'subnet' | 'family'>;

/** A client for whom the reads come true, with all else that follows from them. */
export function clientWith(reads: readonly Read[], pools: ReadonlyMap<string, Pool>): Client | undefined {
  const wanted = new PlaceReads(reads, pools);
  const country = countryWith(wanted);
  if (country === undefined) return undefined;
  const isHome = country === HOME.country;
  const continent =
    country === null ? wanted.first('continent', [null, ...CONTINENTS]) : continentOf(country);
  const place: Record<string, FactValue | undefined> = {
    country,
    continent: continent ?? null,
    eu: country === null ? wanted.first('eu', [null, false]) : isInEuropeanUnion(country),
    ...(isHome && HOME_AT),
    ...(isHome && { region: HOME.region, city: HOME.city, timeZone: HOME.timeZone }),
  };
  for (const field of FREE) {
    if (!wanted.has(field)) continue;
    const value = wanted.first(field, [place[field] ?? null, ...SOMEWHERE]);
    if (value === undefined) return undefined;
    place[field] = value;
  }
  const known = Object.entries(place).filter(([, value]) => value !== null && value !== undefined);
  const address = addressWith(reads, pools);
  return address && { place: Object.fromEntries(known), ...address };
}

/** Fields that follow from no other field, as far as is known here. */
const FREE = [
  'region',
  'city',
  'latitude',
  'longitude',
  'timeZone',
  'asn',
  'organization',
] as const satisfies readonly PlaceField[];
/** Values for fields of which it is read only that they are none of those a policy names. */
const SOMEWHERE = ['Pacific/Apia', 'Asia/Tokyo', 'Elsewhere', 'ZZ'] as const;

/** What was read of the fields of a place, in full or compared only. */
class PlaceReads {
  readonly #reads = new Map<
    PlaceField,
    { readonly seen: FactValue; readonly alike: ReadonlyMap<string, string> | undefined }[]
  >();

  constructor(reads: readonly Read[], pools: ReadonlyMap<string, Pool>) {
    for (const [key, seen] of reads) {
      const fact = parseFact(key, pools);
      if (fact?.kind !== 'place') continue;
      const { field, alike } = fact;
      this.#reads.set(field, [...(this.#reads.get(field) ?? []), { seen, alike }]);
    }
  }

  has(field: PlaceField): boolean {
    return this.#reads.has(field);
  }

  /** Whether a value makes all reads of a field come true. */
  fit(field: PlaceField, value: FactValue): boolean {
    return (this.#reads.get(field) ?? []).every(({ seen, alike }) => seenOf(value, alike) === seen);
  }

  /** A value that does: one that was read itself, or one of these. */
  first(field: PlaceField, others: readonly FactValue[]): FactValue | undefined {
    const read = (this.#reads.get(field) ?? []).map(({ seen }) => seen);
    return [...read, ...others].find((value) => value !== OTHER && this.fit(field, value));
  }
}

/**
 * A country on a continent, and in the European Union or not. `null` is a client whose country is not known, as geo data
 * may know the continent alone; the result is `undefined` where no client is so.
 */
function countryWith(wanted: PlaceReads): string | null | undefined {
  const fits = (code: string | null): boolean =>
    wanted.fit('country', code) &&
    wanted.fit('continent', code === null ? null : (continentOf(code) ?? null)) &&
    wanted.fit('eu', code === null ? null : isInEuropeanUnion(code));
  // Data that know a continent need not know a country.
  const isUnknown =
    wanted.has('country') && wanted.fit('country', null) && !wanted.fit('country', HOME.country);
  if (isUnknown && wanted.first('eu', [null, false]) !== true) return null;
  return [HOME.country, null, 'US', ...countries()].find(fits);
}
