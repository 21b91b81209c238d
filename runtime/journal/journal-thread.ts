/** A thread that does one task of journal-task.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type JournalTask, keepJournalHere } from './journal-task.ts';

parentPort?.postMessage(await keepJournalHere(workerData as JournalTask));
