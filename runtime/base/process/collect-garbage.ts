/**
 * Has V8 give back what it holds of garbage. It does so by itself while a process goes on making some: one that has done much
 * work and rests from then on would hold hundreds of megabytes for as long.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Octets of the heap below which there is little to gain. */
const WORTHWHILE = 96 * 2 ** 20;

/**
 * Takes about a second for each gigabyte that is in use: no client may wait for the process that calls it. Returns whether it
 * was worthwhile.
 */
export function collectGarbage(): boolean {
  if (process.memoryUsage().heapTotal < WORTHWHILE) return false;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return true;
}

/**
 * Has V8 collect once the heap has grown by half of what is in use: it may grow to four times of that otherwise, and one that
 * replaces tens of thousands of targets by as many has 740 megabytes instead of 420.
 */
export function growHeapSlowly(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
