/** Makes the parts that speak with other servers, from the settings. */
import path from 'node:path';
import type { Logger } from '../base/log.ts';
import type { Config } from '../config/config.ts';
import { Notifier } from '../transfer/notifier.ts';
import { Secondaries } from '../transfer/secondaries.ts';
import { keyringOf } from '../tsig/tsig-key.ts';
import { notifiedOf, transferSettings } from './settings.ts';

/** `config` returns the settings in force. */
export function createTransfers(
  config: () => Config,
  log: Logger,
  onChange: (zone: string) => void,
): { readonly secondaries: Secondaries; readonly notifier: Notifier } {
  const settings = transferSettings(config());
  const folder = path.join(config().state, 'transferred');
  return {
    secondaries: new Secondaries({ settings, folder, log, onChange }),
    notifier: new Notifier({
      keys: keyringOf(settings.keys),
      peersOf: (zone) => notifiedOf(config(), zone),
      log,
    }),
  };
}
