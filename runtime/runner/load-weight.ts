/**
 * How dear a load may be where the queries of other policies wait. A policy that takes longer, in its trial
 * or later, is loaded in a sandbox for such policies only (lanes/lanes.ts).
 */

/** Processor milliseconds of a load in the trial, isolate and compiling included; two to three are usual. */
export const LIGHT_LOAD_MS = 8;
/** Processor milliseconds of the top level in the shared sandbox: it may be dearer on a bad day. */
export const LIGHT_TOP_LEVEL_MS = 10;
