/**
 * How dear a policy may be where the queries of others wait: to load, in its trial or later, and to run. One that is
 * dearer has a sandbox with its like only (lanes/lanes.ts).
 */

/** Processor milliseconds of a load in the trial, isolate and compiling included; two to three are usual. */
export const LIGHT_LOAD_MS = 8;
/** Processor milliseconds of the top level in the shared sandbox: it may be dearer on a bad day. */
export const LIGHT_TOP_LEVEL_MS = 10;
/** Milliseconds of the budget: others wait so long for one of its runs. */
export const LIGHT_BUDGET_MS = 100;
