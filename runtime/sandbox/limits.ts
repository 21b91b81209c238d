/** Limits of a sandbox beyond the time and memory that each request names. */

/** Characters of one decision as JSON: thousands of addresses, far more than a DNS message carries. */
export const MOST_RESULT = 65_536;

/**
 * Characters of one manifest as JSON; a frame has room for it even with all characters escaped
 * (rpc/framing.ts).
 */
export const MOST_MANIFEST = 524_288;

/** Characters of an error message and of its stack: enough to find the line, not enough to flood a log. */
export const MOST_MESSAGE = 1_000;
export const MOST_STACK = 4_000;

/**
 * Milliseconds for which a decision may wait to share a frame with the next ones. A longer wait would delay
 * the decisions of a policy because of its later ones.
 */
export const MOST_WAIT_MS = 1;

/** Characters of the replies that share a frame. */
export const MOST_BATCH = 65_536;
