/** Puts new settings in force in a server that runs, as far as they can be without a new start. */
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { beyond, checkAddresses } from '../transport/sockets/free-addresses.ts';
import type { ServerParts } from './server-parts.ts';
import { registrySettings } from './settings.ts';

export type ReloadParts = Pick<
  ServerParts,
  | 'settings'
  | 'tls'
  | 'fleet'
  | 'admin'
  | 'cookies'
  | 'signing'
  | 'registry'
  | 'httpUpdates'
  | 'journals'
  | 'log'
>;

/**
 * Puts new settings in force. What can fail comes first: until then the settings before stay in force.
 * @throws {DnsteerError} `START`, if it cannot listen at the new addresses.
 */
export async function reloadSettings(config: Config, parts: ReloadParts): Promise<void> {
  const { settings, tls, fleet, admin, cookies, signing, registry, httpUpdates, journals, log } = parts;
  const before = settings.config;
  const ofAnswers = settings.ofAnswers(config);
  if (!isDeepStrictEqual(before.tls, config.tls) || !tls.isOn) tls.use(config);
  if (!isDeepStrictEqual(settings.ofAnswers(before), ofAnswers)) {
    await checkAddresses(beyond(config, before));
    await fleet.replaceAll(ofAnswers);
  }
  const isAdminElsewhere = admin.url === undefined || !isDeepStrictEqual(before.admin, config.admin);
  if (isAdminElsewhere) await admin.open(config.admin);
  await httpUpdates.open(config.update.listen);
  settings.config = config;
  fleet.setCookies(settings.ofCookies(cookies.secrets));
  log.level = config.log.level;
  await signing.look();
  await registry.reload(registrySettings(config));
  // Zones that others may transfer from now on have a journal from now on.
  for (const { zone } of registry.status()) void journals.note(zone);
  warnOfTheRest(before, config, parts);
}

function warnOfTheRest(before: Config, config: Config, { log }: ReloadParts): void {
  if (!isDeepStrictEqual(before.sandbox, config.sandbox)) {
    log.warn('Settings under "sandbox" take effect on trials at the next start');
  }
  for (const name of ['policies', 'state', 'secondary'] as const) {
    if (!isDeepStrictEqual(before[name], config[name]))
      log.warn(`Setting "${name}" takes effect at the next start`);
  }
}
