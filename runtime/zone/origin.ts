/** Turns the id of a zone into its name in wire form. */
import { assert } from '../base/assert.ts';
import type { WireName } from '../wire/name.ts';
import { zoneNameFromText } from '../wire/zone-id.ts';

/** The id of a zone (wire/zone-id.ts), which is known to be a domain name. */
export function originOf(zone: string): WireName {
  const origin = zoneNameFromText(zone);
  assert(origin.ok, `"${zone}" is a domain name`);
  return origin.value;
}
