/** Which headers a probe may be given, by settings or by a policy. */

/** Headers that a probe makes itself, or that would say something else of it than is true (RFC 9112 §6, RFC 9110 §7.2). */
const OWN = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'upgrade']);

/** RFC 9110 §5.1: a name is a token. */
export function isRequestHeader(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]{1,64}$/.test(name) && !OWN.has(name.toLowerCase());
}

/** ASCII on one line: a line break would begin another header. */
export function isHeaderValue(value: string): boolean {
  return /^[\x20-\x7e]{1,4096}$/.test(value);
}
