/** Begins in a thread of its own, does one task of record-tasks.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type AssembleTask, type ReadTask, workNow } from './record-tasks.ts';

const done = workNow(workerData as ReadTask | AssembleTask);
// Handed over, not copied.
parentPort?.postMessage(
  done,
  'image' in done ? [done.image.buffer] : [done.records.buffer, done.places.rows.buffer],
);
