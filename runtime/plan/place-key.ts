/**
 * Keys of tables by place: `DE`, `US-CA`, `EU`, `european-union`. A code is that of a country (ISO 3166-1), of a
 * subdivision (ISO 3166-2) or of a continent; where two of them share one, the key says which: `country:NA` is Namibia,
 * `continent:NA` North America.
 */
import { CONTINENTS } from '../base/place-fields.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { meant } from '../base/suggest.ts';
import { continentOf, countries } from '../geo/continent.ts';

/** What a key stands for, from the narrowest to the widest. */
export type PlaceKey =
  | { readonly level: 'subdivision'; readonly country: string; readonly region: string }
  | { readonly level: 'country'; readonly country: string }
  | { readonly level: 'union' }
  | { readonly level: 'continent'; readonly continent: string }
  | { readonly level: 'default' };

/** Reads a key; the problem is a sentence for its author. */
export function placeKey(key: string): Result<PlaceKey> {
  if (key === 'default') return ok({ level: 'default' });
  if (key === EUROPEAN_UNION) return ok({ level: 'union' });
  const { kind, code = '', region } = FORM.exec(key)?.groups ?? {};
  const isCountry = kind !== 'continent' && continentOf(code) !== undefined;
  const isContinent = kind !== 'country' && CONTINENTS.some((continent) => continent === code);
  if (region === undefined && isCountry && isContinent)
    return fail(`${code} is a country and a continent: write "country:${code}" or "continent:${code}"`);
  if (region !== undefined && kind === undefined && isCountry)
    return ok({ level: 'subdivision', country: code, region });
  if (region === undefined && isCountry) return ok({ level: 'country', country: code });
  if (region === undefined && isContinent) return ok({ level: 'continent', continent: code });
  return fail(`There is no such place${suggestion(key)}`);
}

const EUROPEAN_UNION = 'european-union';
const FORM = /^(?:(?<kind>country|continent):)?(?<code>[A-Z]{2})(?:-(?<region>[A-Z0-9]{1,3}))?$/;

/** What authors write for codes of ISO 3166-1, and means no other. */
const OFTEN_WRITTEN: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' };
/** A suggestion is looked for among hundreds of words. */
const MOST_TYPED = 32;

function suggestion(key: string): string {
  const often = Object.hasOwn(OFTEN_WRITTEN, key) ? OFTEN_WRITTEN[key] : undefined;
  const upper = key.toUpperCase();
  if (often !== undefined) return `; did you mean "${often}"?`;
  if (key.length > MOST_TYPED) return '';
  if (upper !== key && placeKey(upper).ok) return `; did you mean "${upper}"?`;
  const near = meant(key, [EUROPEAN_UNION, ...[...countries()].map((code) => `country:${code}`)]);
  return near.includes('did you mean') && key.length > 3
    ? near
    : '; a country is written "DE", its subdivision "US-CA", a continent "EU" or "continent:NA"';
}
