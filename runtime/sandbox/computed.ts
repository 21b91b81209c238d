/** How long this process has computed, for its host to go by and not by the clock on the wall. */
import process from 'node:process';

/**
 * Milliseconds on a processor since the process began, of the thread that runs policies, to the microsecond.
 * Linux brings a thread's figure up to date a few hundred times a second, and when the whole process is asked for.
 */
export function computedMs(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
