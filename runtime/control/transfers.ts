/** Makes the parts that speak with other servers, from the settings. */
import path from 'node:path';
import type { Logger } from '../base/log.ts';
import type { Config } from '../config/config.ts';
import { JournalKeeper } from '../transfer/journal-keeper.ts';
import { Notifier } from '../transfer/notifier.ts';
import { Secondaries } from '../transfer/secondaries.ts';
import { keyringOf } from '../tsig/tsig-key.ts';
import type { AnswerFleet } from './fleet/answer-fleet.ts';
import type { ServerParts } from './server-parts.ts';
import { journalOf, notifiedOf, transferSettings } from './settings.ts';

/** `config` returns the settings in force. */
export function createTransfers(
  config: () => Config,
  fleet: Pick<AnswerFleet, 'published' | 'setHistory' | 'signingKeysOf'>,
  log: Logger,
  onChange: (zone: string) => void,
): Pick<ServerParts, 'secondaries' | 'notifier' | 'journals'> {
  const settings = transferSettings(config());
  const folder = path.join(config().state, 'transferred');
  return {
    secondaries: new Secondaries({ settings, folder, log, onChange }),
    notifier: new Notifier({
      keys: keyringOf(settings.keys),
      peersOf: (zone) => notifiedOf(config(), zone),
      log,
    }),
    journals: new JournalKeeper({
      folder: path.join(config().state, 'journals'),
      log,
      settingsOf: (zone) => journalOf(config(), zone),
      servedOf: (zone) => fleet.published(zone),
      keysOf: (zone) => fleet.signingKeysOf(zone)?.keys ?? [],
      tell: (...told) => fleet.setHistory(...told),
    }),
  };
}
