/** All zones of the policies folder, loaded as a server loads them, so that the state folder has what passes. */
import process from 'node:process';
import { createLogger } from '../../base/log.ts';
import { preludeBundle } from '../../build/prelude-bundle.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import { Registry } from '../../registry/registry.ts';
import type { RegisteredZone } from '../../registry/zone-status.ts';
import { Sandbox } from '../../runner/sandbox.ts';
import { printNotice } from '../terminal.ts';

/** Milliseconds between two lines about how far it is, to a person who looks on. */
const PROGRESS_MS = 1000;

/** No client is answered; the log shows problems as they are found. */
export async function prepareZones(
  config: Config,
  lastGood: string,
  version: string,
): Promise<RegisteredZone[]> {
  const { script: prelude } = await preludeBundle();
  const sandbox = new Sandbox({ spare: false, isPatient: true, settings: config.sandbox, prelude });
  let toldAt = performance.now();
  const registry = new Registry({
    root: config.policies,
    lastGood,
    settings: registrySettings(config),
    version,
    sandbox,
    log: createLogger({ ...config.log, level: 'warn' }),
    onUpdate: () => {},
    onTargets: () => {},
    onProgress: (done, total) => {
      if (!process.stderr.isTTY || performance.now() - toldAt < PROGRESS_MS) return;
      toldAt = performance.now();
      printNotice(`… ${done} of ${total}`);
    },
  });
  try {
    await sandbox.start();
    await registry.start();
    return registry.status();
  } finally {
    // What was kept is on the disk then.
    await registry.stop();
    await sandbox.stop();
  }
}
