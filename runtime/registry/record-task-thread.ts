/** A thread that does one task of record-tasks.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type AssembleTask, type ReadTask, workNow } from './record-tasks.ts';

const done = workNow(workerData as ReadTask | AssembleTask);
// The octets are handed over, not copied.
parentPort?.postMessage(
  done,
  'image' in done ? [done.image.buffer] : [done.records.buffer, done.places.rows.buffer],
);
