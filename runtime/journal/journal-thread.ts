/** A thread that does one task of journal-task.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type JournalTask, keepJournalHere } from './journal-task.ts';

const done = await keepJournalHere(workerData as JournalTask);
// The octets are handed over, not copied.
parentPort?.postMessage(
  done,
  done === undefined ? [] : [done.history, done.signed].flatMap((octets) => octets?.buffer ?? []),
);
