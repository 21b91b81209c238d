/** Ends a test file that does not end by itself: what a failed test left open would keep the whole run waiting. */
import { getActiveResourcesInfo } from 'node:process';
import { isMainThread } from 'node:worker_threads';

/** Several times what the longest file takes. */
const LIMIT_MS = 300_000;

// A thread inherits the import, and is ended with its file.
if (isMainThread) setTimeout(end, LIMIT_MS).unref();

function end(): void {
  const open = getActiveResourcesInfo().join(' ');
  console.error(`This file has not ended in ${LIMIT_MS / 1000} s; still open: ${open}`);
  process.exit(1);
}
