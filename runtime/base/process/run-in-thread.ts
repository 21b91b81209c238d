/** A task that makes many short-lived octets, in a thread of its own. */
import { Worker } from 'node:worker_threads';

/**
 * Resolves with the first message of a thread, whose program finds the task in its `workerData`. Rejects with what it
 * throws, or if it ends without a message; `what` names it then.
 */
export function runInThread<T>(program: URL, task: unknown, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(program, {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`${what} ended with code ${code}`)));
  });
}

/** V8's young generation: in the usual 16 MiB V8 would copy half of the short-lived octets. */
const YOUNG_MIB = 96;
