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
