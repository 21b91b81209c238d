/**
 * Processes in the order in which they are to have a processor when there are too few: those that
 * answer clients, which are not touched; then sandboxes, also those that are just being started; last
 * a sandbox of policies that offended, and a compiler that takes long.
 */
import { setPriority } from 'node:os';
import { threadsOf } from './process-usage.ts';

/** In the scheduler's terms, where 0 is as usual and each step takes a fifth of the weight. */
export const SANDBOX_PRIORITY = 4;
export const OFFENDERS_PRIORITY = 10;
export const COMPILER_PRIORITY = 10;

/** Before it has threads: they inherit it. */
export function lowerPriority(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // It has ended already, or the system has no priorities: it competes as an equal.
  }
}

/** When it has threads already. */
export function lowerThreads(pid: number, priority: number): void {
  for (const thread of threadsOf(pid)) lowerPriority(Number(thread), priority);
}
