/**
 * How dear it may be to load a policy where the queries of others wait. What takes longer in its trial is loaded
 * in a sandbox that only its like share (lanes/lanes.ts), and so is what turns out to.
 */

/** Milliseconds on a processor in the trial, creating the isolate and compiling included; two to three are usual. */
export const LIGHT_LOAD_MS = 8;
/** As many that the top level may take then: it may be dearer on a bad day. */
export const LIGHT_TOP_LEVEL_MS = 10;
