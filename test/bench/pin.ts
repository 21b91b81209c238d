/** Keeps processes to processors, so that who is measured and who asks are not in each other's way. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';

/**
 * Keeps this process, and all it starts from now on, to one processor. Returns whether another is left
 * for those who ask; where there is none, or no `taskset`, nothing is done.
 */
export function pinTo(processor: number): boolean {
  if (availableParallelism() < 2) return false;
  const { status } = spawnSync('taskset', ['-a', '-c', '-p', String(processor), String(process.pid)]);
  return status === 0;
}
