/**
 * The cookie option, by which client and server recognize each other (RFC 7873 §4). The server's part
 * has the form of RFC 9018 §4, so that servers of different makes can replace each other:
 *
 *     +----------------------+---------+----------+-----------+----------------------+
 *     | CLIENT COOKIE, 8     | VERSION | RESERVED | TIMESTAMP | HASH, 8              |
 *     |                      |    1    |  3       |  4        |                      |
 *     +----------------------+---------+----------+-----------+----------------------+
 */

export const CLIENT_COOKIE_OCTETS = 8;
/** Octets of a client's part and a server's part of RFC 9018. */
export const COOKIE_OCTETS = 24;
/** Where in a cookie the fields of the server's part begin. */
export const COOKIE_VERSION_AT = 8;
export const COOKIE_TIMESTAMP_AT = 12;
export const COOKIE_HASH_AT = 16;

/** Whether option data of so many octets can be a cookie: the server's part has 8 to 32 octets. */
export function isCookieLength(octets: number): boolean {
  return octets === CLIENT_COOKIE_OCTETS || (octets >= 16 && octets <= 40);
}
