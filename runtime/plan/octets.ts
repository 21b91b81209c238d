/**
 * Estimates of what plans take in memory, as V8 does not say what an object takes. They are within a
 * quarter of what V8's heap grows by under Node 26.
 */

/** An object of a few fields, with its place in an array. */
export const OBJECT = 64;
/** A Uint8Array with its own buffer, without its octets. */
export const OCTETS = 220;
