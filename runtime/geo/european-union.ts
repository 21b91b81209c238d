/**
 * Membership of the European Union, as of 1 February 2020. Geo data has a flag of its own, which is as old
 * as the data: the flag of geoip-lite still counts the United Kingdom in.
 */

/** Whether a country code is of a member, or of a part of a member in which the treaties apply. */
export function isInEuropeanUnion(country: string): boolean {
  return MEMBERS.has(country) || PARTS_OF_MEMBERS.has(country);
}

const MEMBERS = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/** Åland, and the outermost regions that have ISO 3166-1 codes of their own (TFEU Articles 349 and 355). */
const PARTS_OF_MEMBERS = new Set('AX GF GP MF MQ RE YT'.split(' '));
