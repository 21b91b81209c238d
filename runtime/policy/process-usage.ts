/** What a child process has used so far, as Linux tells it; `undefined` where it does not. */
import { readFileSync } from 'node:fs';

/** Pages are this large on every platform we have builds for that has /proc. */
const PAGE = 4096;

/** Milliseconds its main thread has been on a processor; waiting for one does not count. */
export function mainThreadMs(pid: number): number | undefined {
  const nanoseconds = numberIn(`/proc/${pid}/schedstat`, 0);
  return nanoseconds === undefined ? undefined : nanoseconds / 1e6;
}

/** Octets of memory that are resident. */
export function residentBytes(pid: number): number | undefined {
  const pages = numberIn(`/proc/${pid}/statm`, 1);
  return pages === undefined ? undefined : pages * PAGE;
}

function numberIn(file: string, field: number): number | undefined {
  try {
    const value = Number(readFileSync(file, 'utf8').split(' ')[field]);
    // A kernel that does not keep this figure writes 0.
    return value > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}
