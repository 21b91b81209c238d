/** A thread that does one task of take-latencies.ts, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { type LatencyTask, takeLatenciesHere } from './take-latencies.ts';

const taken = await takeLatenciesHere(workerData as LatencyTask);
parentPort?.postMessage(taken, []);
