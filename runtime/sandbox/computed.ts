/**
 * How long this process has computed, for its host to go by and not by the clock on the wall. To ask the system takes
 * longer than many a run does: it is asked once for each frame, and for runs that take long.
 */
import process from 'node:process';

/** What had been computed when it was last asked for: when the host was told, or a load began. */
let markMs = 0;
/** What runs have taken since that have ended. */
let quickMs = 0;
/** Milliseconds of a run that is not worth asking for. */
const QUICK_MS = 1;

/** Milliseconds on a processor since the process began, of the thread that runs policies. What follows is counted from here. */
export function markComputedMs(): number {
  markMs = ask();
  quickMs = 0;
  return markMs;
}

/** Microseconds on a processor that a run took which began at this moment (performance.now()) and has just ended. */
export function microsSince(begun: number): number {
  const wallMs = performance.now() - begun;
  const ms = wallMs < QUICK_MS ? wallMs : Math.min(wallMs, computedSinceMark());
  quickMs += ms;
  return Math.round(1000 * ms);
}

/** Milliseconds on a processor since then, but for the runs that have ended. */
export function computedSinceMark(): number {
  return Math.max(0, ask() - markMs - quickMs);
}

/** Linux brings a thread's figure up to date a few hundred times a second, and when the whole process is asked for. */
function ask(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
