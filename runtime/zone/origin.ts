/** Turns the id of a zone into its name in wire form. */
import { assert } from '../base/assert.ts';
import { nameFromText, type WireName } from '../wire/name.ts';

/** The id of a zone is in lower case, has no final dot, and is known to be a domain name. */
export function originOf(zone: string): WireName {
  const origin = nameFromText(`${zone}.`);
  assert(origin.ok, `"${zone}" is a domain name`);
  return origin.value;
}
