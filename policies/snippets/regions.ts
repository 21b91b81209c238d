/** Parts of the world that are steered alike. A policy that asks for a region depends on it alone, not on the country. */
import type { Client, Continent, CountryCode } from 'dnsteer';

/** Countries by the name a business gives them. */
export const DACH: ReadonlySet<CountryCode | undefined> = new Set(['DE', 'AT', 'CH', 'LI']);
export const BENELUX: ReadonlySet<CountryCode | undefined> = new Set(['BE', 'NL', 'LU']);
export const NORDICS: ReadonlySet<CountryCode | undefined> = new Set(['DK', 'FI', 'IS', 'NO', 'SE']);

export type Region = 'americas' | 'emea' | 'apac';

const REGIONS: Readonly<Record<Continent, Region | undefined>> = {
  NA: 'americas',
  SA: 'americas',
  EU: 'emea',
  AF: 'emea',
  AS: 'apac',
  OC: 'apac',
  AN: undefined,
};

/** One of three regions; `otherwise` for a client whose place is not known. */
export function regionOf({ continent }: Client, otherwise: Region = 'americas'): Region {
  return (continent && REGIONS[continent]) ?? otherwise;
}
