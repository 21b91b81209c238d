/**
 * IPv4 addresses inside IPv6 addresses. Who has such an address is a client of IPv4, or reaches us by a way that IPv4
 * leads: its place and its network are those of the address inside.
 *
 *     ::a.b.c.d             /96   compatible (RFC 4291 §2.5.5.1; not `::`, `::1` and all of ::/104, which are no such addresses)
 *     ::ffff:a.b.c.d        /96   mapped (RFC 4291 §2.5.5.2)
 *     ::ffff:0:a.b.c.d      /96   translated (RFC 2765 §2.1)
 *     64:ff9b::a.b.c.d      /96   translated (RFC 6052 §2.1)
 *     2001:0:…:a.b.c.d      /32   Teredo, each bit inverted (RFC 4380 §4)
 *     2002:aabb:ccdd:…      /16   6to4 (RFC 3056 §2)
 */

const MAPPED = 0x0000_ffff;
const TRANSLATED = 0xffff_0000 | 0;
const WELL_KNOWN = 0x0064_ff9b;
const TEREDO = 0x2001_0000;
const SIX_TO_FOUR = 0x2002_0000;
/** The bits before the address: of 6to4, and of all others. */
const AFTER_PREFIX = 16;
const AT_END = 96;

/** How many bits of an IPv6 address come before the IPv4 address inside; 0 if there is none. */
export function bitsBeforeIpv4(bytes: Uint8Array): 0 | 16 | 96 {
  const first = wordAt(bytes, 0);
  if ((first & 0xffff_0000) === SIX_TO_FOUR) return AFTER_PREFIX;
  if (first === TEREDO) return AT_END;
  if ((first !== 0 && first !== WELL_KNOWN) || wordAt(bytes, 4) !== 0) return 0;
  const third = wordAt(bytes, 8);
  if (first === WELL_KNOWN) return third === 0 ? AT_END : 0;
  if (third === 0) return bytes[12] === 0 ? 0 : AT_END;
  return third === MAPPED || third === TRANSLATED ? AT_END : 0;
}

/** Copies the IPv4 address that {@link bitsBeforeIpv4} has found. */
export function copyIpv4(bytes: Uint8Array, bitsBefore: number, into: Uint8Array): void {
  const inverted = bitsBefore === AT_END && wordAt(bytes, 0) === TEREDO ? 0xff : 0;
  const start = bitsBefore >> 3;
  for (let at = 0; at < 4; at += 1) into[at] = (bytes[start + at] ?? 0) ^ inverted;
}

/**
 * The length of the largest prefix around an IPv6 address in which no address has an IPv4 address inside. Where it has one
 * itself, all of the prefix has one at that place.
 */
export function bitsOfOneKind(bytes: Uint8Array): number {
  const before = bitsBeforeIpv4(bytes);
  const first = wordAt(bytes, 0);
  // ::/104 is not of the kind of the rest of ::/96.
  if (before === AT_END && first === 0 && wordAt(bytes, 8) === 0)
    return AT_END + 1 + Math.clz32((bytes[12] ?? 0) << 24);
  if (before > 0) return before;
  if (first === 0 || first === WELL_KNOWN) return bitsApartFromLong(first, bytes);
  // The first word alone tells this address from all that have one inside. Zeros in front count as shared with ::/96.
  const apart = Math.max(Math.clz32(first), Math.clz32(first ^ WELL_KNOWN), Math.clz32(first ^ TEREDO));
  return 1 + Math.max(apart, Math.clz32(first ^ SIX_TO_FOUR));
}

/** The same where the first word is that of prefixes of 96 bits. */
function bitsApartFromLong(first: number, bytes: Uint8Array): number {
  const second = wordAt(bytes, 4);
  if (second !== 0) return 33 + Math.clz32(second);
  const third = wordAt(bytes, 8);
  if (first === WELL_KNOWN) return 65 + Math.clz32(third);
  // ::/104.
  if (third === 0) return 104;
  return 65 + Math.max(Math.clz32(third), Math.clz32(third ^ MAPPED), Math.clz32(third ^ TRANSLATED));
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}
