/**
 * What plans take in memory, estimated: V8 tells nobody what an object takes. Within a quarter of what its heap grows
 * by under Node 26.
 */

/** An object of a few fields, its place in an array among them. */
export const OBJECT = 64;
/** A Uint8Array with memory of its own, but for its octets. */
export const OCTETS = 220;
