/** What a policy may use of its sandbox beyond the time and memory each request names. */

/** Characters of one decision as JSON: thousands of addresses, far more than a DNS message carries. */
export const MOST_RESULT = 65_536;

/** Characters of one manifest as JSON; with every character escaped it still fits a frame, see rpc/framing.ts. */
export const MOST_MANIFEST = 524_288;

/** Characters of an error message and of its stack: enough to find the line, not enough to flood a log. */
export const MOST_MESSAGE = 1_000;
export const MOST_STACK = 4_000;

/**
 * Milliseconds for which decisions may be in the making and wait to share a frame. Longer would make those of a
 * policy late because of the next one it is asked for.
 */
export const MOST_WAIT_MS = 1;

/** Characters of replies that share a frame. */
export const MOST_BATCH = 65_536;
