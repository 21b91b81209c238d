/**
 * The CPU time, memory and relations of a process, from Linux's /proc; `undefined` or empty on other systems.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Octets of a page on all platforms with /proc that dnsteer has builds for. */
const PAGE = 4096;

/**
 * CPU milliseconds of its main thread; waiting for a processor does not count. Linux's figure may be a few
 * milliseconds old while the thread runs.
 */
export function computedMs(pid: number): number | undefined {
  const main = numberIn(`/proc/${pid}/schedstat`, 0);
  return main === undefined ? undefined : main / 1e6;
}

/** CPU milliseconds of all its threads together. */
export function computedMsOfAll(pid: number): number | undefined {
  const main = numberIn(`/proc/${pid}/schedstat`, 0);
  return main === undefined ? undefined : (main + helpersNanoseconds(pid)) / 1e6;
}

/** Whether a signal or a debugger has stopped the process. */
export function isStopped(pid: number): boolean {
  // The name of the program may hold anything, parentheses too.
  const stat = textOf(`/proc/${pid}/stat`) ?? '';
  return /^ [Tt] /.test(stat.slice(stat.lastIndexOf(')') + 1));
}

/** Octets of its resident memory. */
export function residentBytes(pid: number): number | undefined {
  const pages = numberIn(`/proc/${pid}/statm`, 1);
  return pages === undefined ? undefined : pages * PAGE;
}

/** How many files this process may have open. */
export function mostOpenFiles(): number | undefined {
  const [, soft] = /^Max open files +(\d+)/m.exec(textOf('/proc/self/limits') ?? '') ?? [];
  return soft === undefined ? undefined : Number(soft);
}

function helpersNanoseconds(pid: number): number {
  let sum = 0;
  for (const thread of threadsOf(pid)) {
    if (thread !== String(pid)) sum += numberIn(`/proc/${pid}/task/${thread}/schedstat`, 0) ?? 0;
  }
  return sum;
}

/** Ids of its threads; none where the system does not list them. */
export function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Whether a thread of the process runs or waits for a processor. */
export function isRunnable(pid: number): boolean {
  return threadsOf(pid).some((thread) => {
    try {
      return /\) R [^)]*$/.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1'));
    } catch {
      return false;
    }
  });
}

/** Ids of the processes it has started; none where the system does not list them. */
export function childrenOf(pid: number): number[] {
  try {
    // Node starts processes in its main thread.
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** The arguments and the parent of a process. */
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

/** Ids of all processes; none where the system does not list them. */
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
