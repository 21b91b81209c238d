/**
 * Octets as a key of a map, a character for each. V8 keeps short typed arrays in its heap; whoever asks for their
 * buffer moves them out of it, and each collection of garbage has to free what was moved, one by one.
 */

/** Octets of a typed array that is in the heap. */
const SHORT = 64;

export function octetsKey(octets: Uint8Array): string {
  if (octets.length <= SHORT) return String.fromCharCode(...octets);
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}
