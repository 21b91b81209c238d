/** What names in a zone file look like when their authors left out a final dot, or wrote an address for a name. */
import { parseAddress } from '../../base/net/ip.ts';
import { isAtOrBelow, labelCount, nameFromText, nameToText, type WireName } from '../../wire/name.ts';

const REVERSE = nameFromText('arpa.');

/** Whether a name ends in the zone's name twice, as relative names do whose final dot was left out. */
export function isDoubled(name: WireName, origin: WireName): boolean {
  // A zone of one label may well have a name that ends alike: `example.example.` in the zone `example.`.
  if (labelCount(origin) < 2 || !isAtOrBelow(name, origin)) return false;
  return isAtOrBelow(withoutZone(name, origin), origin);
}

/** The name that was meant where {@link isDoubled} holds, with its final dot. */
export function undoubled(name: WireName, origin: WireName): string {
  return nameToText(withoutZone(name, origin));
}

/** The address that was written for a name, with or without a final dot; `undefined` for other names. */
export function addressWritten(name: WireName, origin: WireName): string | undefined {
  // Names of the reverse tree are made of numbers.
  if (REVERSE.ok && isAtOrBelow(name, REVERSE.value)) return undefined;
  const relative = isAtOrBelow(name, origin) ? withoutZone(name, origin) : name;
  const text = nameToText(relative).slice(0, -1);
  return parseAddress(text) === undefined ? undefined : text;
}

/** A name of the zone as if the zone were the root. */
function withoutZone(name: WireName, origin: WireName): WireName {
  return Uint8Array.of(...name.subarray(0, name.length - origin.length), 0);
}
