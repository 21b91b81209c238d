/**
 * The order in which processes get a processor when there are too few. Answer processes come first and keep
 * their priority; sandboxes come next, also while they start; sandboxes of policies that offended, and a slow
 * compiler, come last.
 */
import { setPriority } from 'node:os';
import { threadsOf } from './process-usage.ts';

/** Nice values of the scheduler: 0 is usual, and each step takes a fifth of the weight. */
export const SANDBOX_PRIORITY = 4;
export const OFFENDERS_PRIORITY = 10;
export const COMPILER_PRIORITY = 10;

/** Lowers the priority of a process before it has threads, which inherit it. */
export function lowerPriority(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // The process has ended already, or the system has no priorities: it then competes as an equal.
  }
}

/** Lowers the priority of a process that has threads already. */
export function lowerThreads(pid: number, priority: number): void {
  for (const thread of threadsOf(pid)) lowerPriority(Number(thread), priority);
}
