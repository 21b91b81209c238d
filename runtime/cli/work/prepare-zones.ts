/** Loads all zones of the policies folder as a server does, so that the state folder keeps sound versions. */
import process from 'node:process';
import { createLogger } from '../../base/log.ts';
import type { Config } from '../../config/config.ts';
import { registrySettings } from '../../control/settings.ts';
import { Registry } from '../../registry/registry.ts';
import type { RegisteredZone } from '../../registry/zone-status.ts';
import { printNotice } from '../terminal.ts';
import { offlineSandbox } from './offline-sandbox.ts';

/** Milliseconds between two lines of progress on a terminal. */
const PROGRESS_MS = 1000;

/** Loads the zones without answering any client. The log shows problems as they are found. */
export async function prepareZones(
  config: Config,
  lastGood: string,
  version: string,
): Promise<RegisteredZone[]> {
  const sandbox = await offlineSandbox(config);
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
    // After this the kept versions are on the disk.
    await registry.stop();
    await sandbox.stop();
  }
}
