/**
 * Octets as a key of a map, with a character for each octet. V8 keeps short typed arrays in its heap; reading
 * their `buffer` moves them out of it, and each garbage collection must then free them one by one.
 */

/** The most octets of a typed array inside V8's heap. */
const SHORT = 64;

export function octetsKey(octets: Uint8Array): string {
  if (octets.length <= SHORT) return String.fromCharCode(...octets);
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}
