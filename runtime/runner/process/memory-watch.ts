/**
 * Watches the memory of a process. V8 bounds the heap of each isolate, but not at every moment
 * (one call can take a gigabyte before V8 looks), and not the memory outside of heaps.
 */
import { residentBytes } from '../../base/process/process-usage.ts';

/** Time between two looks. In it the worst policy takes some 200 MB more, or 500 MB with one call of V8. */
const LOOK_MS = 200;
const MB = 1_048_576;

/** Calls `onLook` again and again with the megabytes that the process holds. Returns how to stop that. */
export function watchMemory(pid: number, onLook: (usedMb: number) => void): () => void {
  const timer = setInterval(() => onLook(Math.round((residentBytes(pid) ?? 0) / MB)), LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
