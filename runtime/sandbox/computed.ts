/**
 * CPU time of this process, by which its host judges runs instead of by wall-clock time. Reading the CPU time
 * from the system takes longer than many runs: the process reads it once for each frame, and for long runs.
 */
import process from 'node:process';

/** CPU time at the last mark, which is made when a frame goes to the host or a load begins. */
let markMs = 0;
/** CPU time of the runs that ended since the mark. */
let quickMs = 0;
/** For a run shorter than these milliseconds wall-clock time will do. */
const QUICK_MS = 1;

/**
 * Returns the CPU milliseconds of the thread that runs policies since the process began, and sets the mark.
 */
export function markComputedMs(): number {
  markMs = ask();
  quickMs = 0;
  return markMs;
}

/** CPU microseconds of a run that began at `begun` (performance.now()) and has just ended. */
export function microsSince(begun: number): number {
  const wallMs = performance.now() - begun;
  const ms = wallMs < QUICK_MS ? wallMs : Math.min(wallMs, computedSinceMark());
  quickMs += ms;
  return Math.round(1000 * ms);
}

/** CPU milliseconds since the mark, without the runs that have ended. */
export function computedSinceMark(): number {
  return Math.max(0, ask() - markMs - quickMs);
}

/**
 * Linux updates a thread's CPU time a few hundred times a second, and when that of the whole process is read.
 */
function ask(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
