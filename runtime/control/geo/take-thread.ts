/** A thread that does one task of take-mmdb.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type TakeTask, takeMmdbHere } from './take-mmdb.ts';

parentPort?.postMessage(await takeMmdbHere(workerData as TakeTask));
