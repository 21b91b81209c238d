/** A thread that does one task of take-mmdb.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type TakeTask, takeMmdbHere } from './take-mmdb.ts';

const taken = await takeMmdbHere(workerData as TakeTask);
parentPort?.postMessage(taken, []);
