/** Puts new settings in force in a server that runs, as far as they can be without a new start. */
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { accountToBecome } from '../transport/privileges.ts';
import { beyond, checkAddresses } from '../transport/sockets/free-addresses.ts';
import type { ServerParts } from './server-parts.ts';
import { accountIn, registrySettings } from './settings.ts';

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
 * Puts new settings in force, and returns what takes effect at the next start only. What can fail comes first: until
 * then the settings before stay in force.
 * @throws {DnsteerError} `START`, if it cannot listen at the new addresses.
 */
export async function reloadSettings(config: Config, parts: ReloadParts): Promise<readonly string[]> {
  const { settings, tls, fleet, admin, cookies, signing, registry, httpUpdates, journals, log } = parts;
  const before = settings.config;
  const ofAnswers = settings.ofAnswers(config);
  if (!isDeepStrictEqual(before.tls, config.tls) || !tls.isOn) tls.use(config);
  if (fleet.mustRenew || !isDeepStrictEqual(settings.ofAnswers(before), ofAnswers)) {
    // A process could only end, and not say why.
    accountToBecome(accountIn(config));
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
  const notices = noticesOfTheRest(before, config);
  for (const notice of notices) log.warn(notice);
  return notices;
}

function noticesOfTheRest(before: Config, config: Config): string[] {
  const others = (['policies', 'state', 'secondary'] as const)
    .filter((name) => !isDeepStrictEqual(before[name], config[name]))
    .map((name) => `Setting "${name}" takes effect at the next start`);
  const isSandboxOther = !isDeepStrictEqual(before.sandbox, config.sandbox);
  return [
    ...(isSandboxOther ? ['Settings under "sandbox" take effect on trials at the next start'] : []),
    ...others,
  ];
}
