/**
 * The order in which processes have a processor when there are too few. Processes that answer clients come
 * first and are not touched; sandboxes come next, while they start as well; a sandbox of policies that
 * offended, and a compiler that takes long, come last.
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

/** Lowers the priority of a process that has threads already. */
export function lowerThreads(pid: number, priority: number): void {
  for (const thread of threadsOf(pid)) lowerPriority(Number(thread), priority);
}
