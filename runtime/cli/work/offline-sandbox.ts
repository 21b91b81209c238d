/** The sandbox of a verb that runs policies without a server: no query waits for it, so it needs no spare. */
import { preludeBundle } from '../../build/prelude-bundle.ts';
import type { Config } from '../../config/config.ts';
import { Sandbox } from '../../runner/sandbox.ts';

/** It is yet to be started. */
export async function offlineSandbox({ sandbox: settings }: Pick<Config, 'sandbox'>): Promise<Sandbox> {
  const { script: prelude } = await preludeBundle();
  return new Sandbox({ spare: false, isPatient: true, settings, prelude });
}

/** Starts it for some work, and stops it behind that. */
export async function withSandbox<T>(
  config: Pick<Config, 'sandbox'>,
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await offlineSandbox(config);
  try {
    await sandbox.start();
    return await work(sandbox);
  } finally {
    await sandbox.stop();
  }
}
