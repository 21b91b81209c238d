/** From the zone as operators name it to its owner name on the wire. */
import { assert } from '../base/assert.ts';
import { nameFromText, type WireName } from '../wire/name.ts';

/** Of a zone's id: lower case, no final dot, and known to be a domain name. */
export function originOf(zone: string): WireName {
  const origin = nameFromText(`${zone}.`);
  assert(origin.ok, `"${zone}" is a domain name`);
  return origin.value;
}
