/** Names that a zone has given away: they are below a delegation or a DNAME. */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { namesEqual, parentName, type WireName } from '../wire/name.ts';

/**
 * Whether the zone cannot answer for a name in it, given the types that it has at names at and above that one. A name with a
 * delegation of its own is the child's too (RFC 1034 §4.2.1); one with a DNAME is not (RFC 6672 §2.4).
 */
export function isBelowCut(
  owner: WireName,
  origin: WireName,
  typesAt: (name: WireName) => Iterable<number>,
): boolean {
  for (let name: WireName | undefined = owner; name !== undefined; name = parentName(name)) {
    const isApex = namesEqual(name, origin);
    for (const type of typesAt(name)) {
      if ((type === RRTYPE.NS && !isApex) || (type === RRTYPE.DNAME && name !== owner)) return true;
    }
    if (isApex) return false;
  }
  return false;
}
