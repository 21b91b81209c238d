/** Lines of the log that say how far a long start is. */
import type { Logger } from '../base/log.ts';

/** Milliseconds between two lines about a long start. */
const PROGRESS_MS = 1000;

/** Returns a function that logs now and then how many zones are loaded. */
export function progressTo(log: Logger): (done: number, total: number) => void {
  let toldAt = Date.now();
  return (done, total) => {
    if (Date.now() - toldAt < PROGRESS_MS) return;
    toldAt = Date.now();
    log.info({ component: 'policies' }, `${done} of ${total} zones loaded`);
  };
}
