/** The timing of checks that do not say theirs, in tests that are not about it: as configured by default. */
import type { CheckTiming } from '../../runtime/health/target.ts';

export const CHECK_TIMING: CheckTiming = { interval: 10, timeout: 5, rise: 2, fall: 3 };
