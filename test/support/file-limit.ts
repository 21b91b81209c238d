/** Ends a test file that does not end by itself: what a failed test left open would keep the whole run waiting. */
import { getActiveResourcesInfo } from 'node:process';
import { isMainThread } from 'node:worker_threads';

/** Twice what the longest file takes. */
const LIMIT_MS = 300_000;

const timer = setTimeout(() => {
  console.error(
    `This file has not ended in ${LIMIT_MS / 1000} s; still open: ${getActiveResourcesInfo().join(' ')}`,
  );
  process.exit(1);
}, LIMIT_MS);
// A thread inherits the import.
if (isMainThread) timer.unref();
else clearTimeout(timer);
