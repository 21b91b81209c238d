/** How long an HTTP cache may keep a response. */
import { RCODE } from './iana/rcode.ts';
import { RRTYPE } from './iana/rrtype.ts';
import { HEADER_LENGTH, skipName } from './query.ts';

/** Type, class, TTL and RDLENGTH. */
const FIXED = 10;
const TC = 0x02;

/**
 * RFC 8484 §5.1: seconds, the lowest TTL of the answer section; without answers, the lower of the TTL and
 * the minimum of the SOA (RFC 2308 §5). 0 for errors, referrals and truncated messages.
 */
export function cacheableSeconds(message: Buffer): number {
  if (message.length < HEADER_LENGTH) return 0;
  const rcode = message.readUInt16BE(2) & 0x0f;
  if (((message[2] ?? 0) & TC) !== 0 || (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN)) return 0;
  const answers = message.readUInt16BE(6);
  const authorities = message.readUInt16BE(8);
  let at = HEADER_LENGTH;
  for (let count = message.readUInt16BE(4); count > 0; count -= 1) at = skipName(message, at) + 4;
  let least = Number.POSITIVE_INFINITY;
  for (let count = answers > 0 ? answers : authorities; count > 0; count -= 1) {
    const fixed = skipName(message, at);
    if (fixed < 0 || fixed + FIXED > message.length) return 0;
    at = fixed + FIXED + message.readUInt16BE(fixed + 8);
    if (at > message.length) return 0;
    const ttl = message.readUInt32BE(fixed + 4);
    if (answers > 0) least = Math.min(least, ttl);
    else if (message.readUInt16BE(fixed) === RRTYPE.SOA)
      // MINIMUM is the last field of an SOA (RFC 1035 §3.3.13).
      least = Math.min(least, ttl, message.readUInt32BE(at - 4));
  }
  return Number.isFinite(least) ? least : 0;
}
