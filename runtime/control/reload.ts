/** Puts new settings in force in a server that runs, as far as they can be without a new start. */
import { isDeepStrictEqual } from 'node:util';
import type { ReloadOutcome, SettingChange } from '../admin/source.ts';
import type { Config } from '../config/config.ts';
import { getAt, SETTINGS } from '../config/settings.ts';
import { accountToBecome } from '../transport/privileges.ts';
import { beyond, checkAddresses } from '../transport/sockets/free-addresses.ts';
import type { ServerParts } from './server-parts.ts';
import { accountIn, registrySettings } from './settings.ts';

export type ReloadParts = Pick<
  ServerParts,
  | 'settings'
  | 'geoFiles'
  | 'latencyFile'
  | 'tls'
  | 'fleet'
  | 'admin'
  | 'cookies'
  | 'signing'
  | 'registry'
  | 'httpUpdates'
  | 'journals'
  | 'recordings'
  | 'maintenance'
  | 'notices'
  | 'aliases'
  | 'announcer'
  | 'emitted'
  | 'log'
>;

/**
 * Puts new settings in force, and returns which have changed, and what takes effect at the next start only. What can
 * fail comes first, and is undone where something fails: then all of the settings before are in force.
 * @throws {DnsteerError} `START`, if it cannot listen at the new addresses, or use geo data that are new.
 */
export async function reloadSettings(
  config: Config,
  parts: ReloadParts,
): Promise<Pick<ReloadOutcome, 'changes' | 'notices'>> {
  const { settings, fleet, cookies, signing, registry, journals, recordings, maintenance, log } = parts;
  const before = settings.config;
  const broken = await parts.geoFiles.take(config.geo.files);
  broken.push(...(await parts.latencyFile.take(config.geo.latency)));
  await putInForce(config, parts);
  settings.config = config;
  recordings.look();
  parts.aliases.settingsChanged();
  maintenance.use(config.maintenance);
  parts.notices.use(config.notifications);
  await parts.announcer.open();
  fleet.setCookies(settings.ofCookies(cookies.secrets));
  log.level = config.log.level;
  await signing.look();
  await registry.reload(registrySettings(config));
  parts.emitted.use(config.emit);
  // Zones that others may transfer from now on have a journal from now on.
  for (const { zone } of registry.status()) void journals.note(zone);
  const changes = changesOf(before, config);
  const notices = noticesOf(changes);
  for (const notice of notices) log.warn(notice);
  return { changes, notices: [...broken, ...notices] };
}

async function putInForce(config: Config, parts: ReloadParts): Promise<void> {
  const { settings, tls, fleet, admin, httpUpdates, log } = parts;
  const before = settings.config;
  const ofAnswers = settings.ofAnswers(config);
  const undo: (() => unknown)[] = [];
  try {
    if (!isDeepStrictEqual(before.tls, config.tls) || !tls.isOn) {
      tls.use(config);
      undo.push(() => tls.use(before));
    }
    if (fleet.mustReplaceFor(ofAnswers)) {
      // A process could only end, and not say why.
      accountToBecome(accountIn(config));
      await checkAddresses(beyond(config, before));
    }
    if (admin.url === undefined || !isDeepStrictEqual(before.admin, config.admin)) {
      undo.push(() => admin.open(before.admin));
      await admin.open(config.admin);
    }
    undo.push(() => httpUpdates.open(before.update.listen));
    await httpUpdates.open(config.update.listen);
    await fleet.use(ofAnswers);
  } catch (error) {
    for (const step of undo.reverse()) {
      try {
        await step();
      } catch (again) {
        log.error({ err: again }, 'Part of the settings before could not be put in force again');
      }
    }
    throw error;
  }
}

/** Which settings have changed, and when each is in force. */
function changesOf(before: Config, config: Config): SettingChange[] {
  return SETTINGS.filter(({ path }) => !isDeepStrictEqual(getAt(before, path), getAt(config, path))).map(
    ({ name, effect }) => ({ setting: name, effect }),
  );
}

function noticesOf(changes: readonly SettingChange[]): string[] {
  const others = changes
    .filter(({ effect }) => effect === 'next start')
    .map(({ setting }) => `Setting "${setting}" takes effect at the next start`);
  const isSandboxOther = changes.some(({ setting }) => setting.startsWith('sandbox.'));
  return [
    ...(isSandboxOther ? ['Settings under "sandbox" take effect on trials at the next start'] : []),
    ...others,
  ];
}
