/**
 * Keeps an eye on the memory of a process. V8 bounds the heap of each isolate, but not at every moment
 * (one call can take a gigabyte before it looks), and not what is outside of heaps.
 */
import { residentBytes } from '../../base/process/process-usage.ts';

/** Within it a policy that does its worst takes some 200 MB more, or 500 with one call of V8. */
const LOOK_MS = 200;
const MB = 1_048_576;

/** Calls `onLook` again and again with what the process holds, in megabytes. Returns how to stop looking. */
export function watchMemory(pid: number, onLook: (usedMb: number) => void): () => void {
  const timer = setInterval(() => onLook(Math.round((residentBytes(pid) ?? 0) / MB)), LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
