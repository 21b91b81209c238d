/**
 * The order in which a server starts: it is in charge before it touches anything that is shared, its answer
 * processes know all zones before they listen, and the server it replaces leaves once they answer.
 */
import { isDeepStrictEqual } from 'node:util';
import { within } from '../base/within.ts';
import { onCompilerHung } from '../build/esbuild-service.ts';
import { seemsToHoldPolicies } from '../registry/folder/first-glance.ts';
import { giveBackMemory, startTrials } from './first-load.ts';
import { startFleet } from './inheritance.ts';
import { endLeftBehind } from './notices/left-behind.ts';
import type { ServerParts } from './server-parts.ts';
import { udpWarnings } from './warnings.ts';

/** Milliseconds for which listening waits until all zones are loaded, and something is known of each target. */
const LISTEN_AFTER_MS = 3000;
/** Milliseconds for removing the files that earlier servers left in the state folder. */
const TAKE_OVER_MS = 2000;

export interface StartParts {
  /** Whether it may take the place of a server that runs. */
  readonly mayReplace: boolean;
  /** Whether the server was stopped before it had started. */
  readonly isStopped: () => boolean;
}

/**
 * Resolves when the server answers for all its zones; it answers for each zone as soon as it is loaded.
 * @throws {DnsteerError} `START`, if it cannot listen or read its policies, or another server is there.
 */
export async function startServer(parts: ServerParts, { mayReplace, isStopped }: StartParts): Promise<void> {
  const {
    settings,
    charge,
    sandbox,
    fleet,
    cookies,
    tls,
    admin,
    secondaries,
    signing,
    dynamic,
    updates,
    httpUpdates,
    journals,
    registry,
    firstLoad,
    monitor,
    overrides,
    maintenance,
    notices,
    standing,
    geoFiles,
    geoWatch,
    announcer,
    emitted,
    healthFile,
    aliases,
    log,
  } = parts;
  onCompilerHung((text) => log.error({ component: 'policies' }, text));
  const { config } = settings;
  const inheritance = await charge.claim(config, mayReplace);
  const hasPolicies = await seemsToHoldPolicies(config.policies);
  if (hasPolicies) fleet.expectPolicies();
  // The two servers cannot listen on one admin address.
  const isAdminLater = inheritance !== undefined && isDeepStrictEqual(inheritance.admin, config.admin.listen);
  notices.use(config.notifications);
  notices.load();
  if (inheritance === undefined) notices.open();
  cookies.start();
  healthFile.start();
  aliases.start();
  tls.use(config);
  await startFleet(parts, inheritance);
  // A server of nothing but zone files needs no sandbox, nor its memory.
  await Promise.all([
    hasPolicies ? startTrials(sandbox, log) : undefined,
    isAdminLater ? undefined : admin.open(config.admin),
  ]);
  await Promise.all([secondaries.start(), signing.start(), dynamic.load(), overrides.load()]);
  maintenance.use(config.maintenance);
  const loaded = firstLoad.begin(parts.registry);
  // A resolver that gets no answer goes elsewhere for a while: it is better not to listen until zones are loaded.
  // Where the replaced server answers until we do, there is no hurry.
  // Who is down is better known before the first answer, too.
  const known = () => monitor.allKnown();
  // What is not loaded by then gets SERVFAIL, for which the zones that there are have to be known.
  await Promise.all([
    firstLoad.listed,
    inheritance === undefined ? within(LISTEN_AFTER_MS, loaded.then(known)) : loaded,
  ]);
  await fleet.listen();
  beginToNotify(parts);
  await loaded;
  await parts.echoRights.look(monitor.snapshot(), log);
  if (isStopped()) return;
  journals.prune(new Set(registry.status().map(({ zone }) => zone)));
  firstLoad.end();
  await giveBackMemory();
  await takeOver(parts, isAdminLater);
  await updates.open();
  await overrides.open(inheritance !== undefined);
  notices.open(true);
  endLeftBehind(parts);
  await httpUpdates.open(config.update.listen);
  // The server before has rolled until now.
  signing.lookOutside();
  standing.start();
  await announcer.open();
  // The settings may have been read again meanwhile.
  emitted.use(settings.config.emit);
  geoWatch.start();
  void geoFiles.prune(config.geo.files);
  void registry.kept().then(giveBackMemory);
}

function beginToNotify({ notifier, fleet, tls, log }: ServerParts): void {
  notifier.open();
  for (const warning of udpWarnings(fleet.members())) log.warn({ component: 'answer' }, warning);
  for (const warning of tls.warnings()) log.warn({ component: 'tls' }, warning);
}

async function takeOver(
  { settings, charge, images, admin, log }: ServerParts,
  isAdminLater: boolean,
): Promise<void> {
  await charge.take();
  // Clients get answers already: a server without metrics is better than none.
  if (isAdminLater)
    await admin
      .open(settings.config.admin)
      .catch((err: unknown) =>
        log.error({ component: 'admin', err }, 'The admin server does not start; SIGHUP tries again'),
      );
  await within(TAKE_OVER_MS, images.takeOver());
}
