/** Begins in a thread of its own, does one task of zone-work.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type AssembleTask, type ReadTask, workNow } from './zone-work.ts';

const done = workNow(workerData as ReadTask | AssembleTask);
// Handed over, not copied.
parentPort?.postMessage(
  done,
  'image' in done ? [done.image.buffer] : [done.records.buffer, done.places.rows.buffer],
);
