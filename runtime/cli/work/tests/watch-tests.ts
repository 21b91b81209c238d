/** Runs tests whenever a file of the policies folder changes, until somebody ends it. */
import { once } from 'node:events';
import process from 'node:process';
import { createLogger } from '../../../base/log.ts';
import { FolderWatch } from '../../../registry/folder/watch.ts';

/**
 * Calls `run` now and behind each change, one call after the other. Resolves with SIGINT or SIGTERM, once no call is under way.
 * @throws {DnsteerError} `START`, if the folder cannot be read.
 */
export async function watchTests(root: string, run: () => Promise<unknown>): Promise<void> {
  const log = createLogger({ level: 'warn', format: 'auto' });
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  let running: Promise<unknown> = Promise.resolve();
  const next = async (): Promise<void> => {
    running = running.then(run);
    await running;
  };
  const watch = new FolderWatch({ root, log, onChange: next });
  await watch.start();
  try {
    await next();
    await ended;
  } finally {
    await watch.stop();
  }
}
