/**
 * The cookie option, by which client and server know each other again (RFC 7873 §4); the server's
 * part as RFC 9018 §4 has it, so that servers of different makes can stand in for each other:
 *
 *     +----------------------+---------+----------+-----------+----------------------+
 *     | CLIENT COOKIE, 8     | VERSION | RESERVED | TIMESTAMP | HASH, 8              |
 *     |                      |    1    |  3       |  4        |                      |
 *     +----------------------+---------+----------+-----------+----------------------+
 */

export const CLIENT_COOKIE_OCTETS = 8;
/** Both parts, where the server's is one of RFC 9018. */
export const COOKIE_OCTETS = 24;
/** Where in a cookie the fields of the server's part begin. */
export const COOKIE_VERSION_AT = 8;
export const COOKIE_TIMESTAMP_AT = 12;
export const COOKIE_HASH_AT = 16;

/** Whether option data of so many octets can be a cookie: a server's, of whatever make, has 8 to 32. */
export function isCookieLength(octets: number): boolean {
  return octets === CLIENT_COOKIE_OCTETS || (octets >= 16 && octets <= 40);
}
