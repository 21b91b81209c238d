/** What a process has used so far, by Linux's /proc; `undefined` on other systems. */
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

/** Milliseconds that all its threads together have been on a processor. */
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

/** Whether it computes, or would if it had a processor. */
export function isRunnable(pid: number): boolean {
  return threadsOf(pid).some((thread) => {
    try {
      return /\) R [^)]*$/.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1'));
    } catch {
      return false;
    }
  });
}

/** Ids of the processes it has started; none where the system does not tell. */
export function childrenOf(pid: number): number[] {
  try {
    // Node starts processes in its main thread.
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** What a process was started with, and by whom, if it still has the one that started it. */
export function startOf(
  pid: number,
): { readonly argv: readonly string[]; readonly parent: number } | undefined {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // The name before it, in brackets, may hold anything.
    const [, parent] = /\) \S (\d+) [^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return parent === undefined ? undefined : { argv, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Ids of all processes; none where the system does not tell. */
export function allProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
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
