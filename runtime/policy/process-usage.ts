/** What a child process has used so far, as Linux tells it; `undefined` where it does not. */
import { readdirSync, readFileSync } from 'node:fs';

/** Pages are this large on every platform we have builds for that has /proc. */
const PAGE = 4096;

/**
 * Milliseconds its main thread has been on a processor; waiting for one does not count. That of Linux may be
 * a few milliseconds old while the thread runs.
 */
export function computedMs(pid: number): number | undefined {
  const main = numberIn(`/proc/${pid}/schedstat`, 0);
  return main === undefined ? undefined : main / 1e6;
}

/** The same of all its threads together. */
export function computedMsOfAll(pid: number): number | undefined {
  const main = numberIn(`/proc/${pid}/schedstat`, 0);
  return main === undefined ? undefined : (main + helpersNanoseconds(pid)) / 1e6;
}

/** Whether it was stopped by a signal or a debugger. */
export function isStopped(pid: number): boolean {
  // The name of the program may hold anything, parentheses too.
  const stat = textOf(`/proc/${pid}/stat`) ?? '';
  return /^ [Tt] /.test(stat.slice(stat.lastIndexOf(')') + 1));
}

/** Octets of memory that are resident. */
export function residentBytes(pid: number): number | undefined {
  const pages = numberIn(`/proc/${pid}/statm`, 1);
  return pages === undefined ? undefined : pages * PAGE;
}

function helpersNanoseconds(pid: number): number {
  let sum = 0;
  for (const thread of threadsOf(pid)) {
    if (thread !== String(pid)) sum += numberIn(`/proc/${pid}/task/${thread}/schedstat`, 0) ?? 0;
  }
  return sum;
}

/** Ids of its threads; none where the system does not tell. */
export function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function numberIn(file: string, field: number): number | undefined {
  const value = Number(textOf(file)?.split(' ')[field]);
  // A kernel that does not keep this figure writes 0.
  return value > 0 ? value : undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
