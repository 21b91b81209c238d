/**
 * Membership of the European Union, as of 1 February 2020. Geo data carries a flag of its own that
 * is as old as the data: geoip-lite's still counts the United Kingdom in.
 */

/** Whether a country code stands for a member, or for a part of one in which the treaties apply. */
export function isInEuropeanUnion(country: string): boolean {
  return MEMBERS.has(country) || PARTS_OF_MEMBERS.has(country);
}

const MEMBERS = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/** TFEU Articles 349 and 355: Åland, and the outermost regions that ISO 3166-1 gives codes of their own. */
const PARTS_OF_MEMBERS = new Set('AX GF GP MF MQ RE YT'.split(' '));
