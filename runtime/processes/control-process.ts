/**
 * The control process: every part is built and wired here, once.
 *
 *   policies/ ──▶ registry ──▶ zones ──▶ fleet ──▶ answer processes
 *                    │  ╲                  ▲
 *                    ▼   ╲─ targets ─▶ monitor (health)
 *                  trial sandbox                      admin asks them all
 */
import path from 'node:path';
import { createObserver } from '../admin/observe.ts';
import type { Logger } from '../base/log.ts';
import type { Config } from '../config/config.ts';
import { AdminPlace } from '../control/admin-place.ts';
import { Aliases } from '../control/aliases/aliases.ts';
import { createAnnouncer } from '../control/announce/create-announcer.ts';
import { AuditLog } from '../control/audit/audit-log.ts';
import { Charge } from '../control/charge/charge.ts';
import { createEmittedFiles } from '../control/emit/create-emitted-files.ts';
import { FirstLoad } from '../control/first-load.ts';
import { takeGeo, watchGeo } from '../control/geo/geo-parts.ts';
import type { TakenGeo } from '../control/geo/taken-geo.ts';
import { createHealth } from '../control/health/create-health.ts';
import { probeBySettings } from '../control/health/probe-by-settings.ts';
import { inheritanceOf } from '../control/inheritance.ts';
import { News } from '../control/news.ts';
import { createNotices } from '../control/notices/create-notices.ts';
import { tellOverride } from '../control/notices/override-notices.ts';
import { Maintenance } from '../control/overrides/maintenance.ts';
import { Overrides } from '../control/overrides/overrides.ts';
import { Recordings } from '../control/recording/recordings.ts';
import { Reloading } from '../control/reloading.ts';
import { createOutside } from '../control/rolls/outside.ts';
import { Server } from '../control/server.ts';
import { type BuiltParts, ServerSource } from '../control/server-facts.ts';
import { registrySettings } from '../control/settings.ts';
import { SettingsInForce } from '../control/settings-in-force.ts';
import { KeysInUse } from '../control/signing/keys-in-use.ts';
import { createTransfers } from '../control/transfers.ts';
import { DnsUpdates } from '../control/updates/dns-updates.ts';
import { DynamicStore } from '../control/updates/dynamic-store.ts';
import { HttpPlace } from '../control/updates/http-place.ts';
import { UpdateQueue } from '../control/updates/update-queue.ts';
import { ZoneChanges } from '../control/zone-changes.ts';
import { HealthMemory } from '../health/memory.ts';
import { HealthMonitor } from '../health/monitor.ts';
import { PushBoard } from '../health/push-board.ts';
import { earlierFolder } from '../registry/earlier/earlier-versions.ts';
import { lastGoodFolder } from '../registry/last-good.ts';
import { Registry } from '../registry/registry.ts';
import { createEchoSender } from '../transport/sockets/echo-requests.ts';
import { buildAnswers } from './build-answers.ts';

/**
 * Builds a server, which is yet to start. `prelude`: the script that runs before the script of every policy.
 * @throws {DnsteerError} `START`, if geo data cannot be used.
 */
export async function createControl(
  config: Config,
  version: string,
  prelude: string,
  log: Logger,
): Promise<Server> {
  const geo = await takeGeo(config, log);
  const built = buildParts(new SettingsInForce(config, prelude, geo), geo, version, log);
  const parts = { ...built, announcer: createAnnouncer(built) };
  const source = new ServerSource(version, parts);
  const observe = createObserver(source);
  const audit = new AuditLog(path.join(config.state, 'audit.jsonl'), log.child({ component: 'admin' }));
  const admin = new AdminPlace({
    changeTokenFile: config.admin.changeTokenFile,
    source,
    observe,
    audit: (entry) => audit.note(entry),
    log: log.child({ component: 'admin' }),
  });
  return new Server({ ...parts, observe, admin, audit });
}

function buildParts(settings: SettingsInForce, geo: TakenGeo, version: string, log: Logger): BuiltParts {
  const { config, generation } = settings;
  const charge = new Charge({
    folder: config.state,
    generation,
    version,
    log: log.child({ component: 'control' }),
    give: () => inheritanceOf({ settings, fleet, monitor }),
  });
  const answers = buildAnswers(settings, log, (event, pid) => {
    if (event.t === 'update') void dnsUpdates.take(event.ask, pid);
    else if (event.t === 'record') recordings.take(event.batch, pid);
    else news.tell(event, pid);
  });
  const { sandbox, fleet } = answers;
  const memory = new HealthMemory();
  const pushes = new PushBoard();
  const probe = probeBySettings(() => settings.config, createEchoSender());
  const monitor = new HealthMonitor({ memory, probe, pushes });
  const health = createHealth({ settings, fleet, monitor, memory, log: log.child({ component: 'health' }) });
  monitor.onChange((change) => told.poolNotices.note(change));
  const reloading = new Reloading(log);
  const geoWatch = watchGeo({ ...geo, settings, reloading, fleet, log });
  const told = createNotices({
    reloading,
    registry: () => registry,
    fleet,
    tls: answers.tls,
    signing: () => signing,
    aliases: () => aliases,
    file: path.join(config.state, 'notices'),
    log: log.child({ component: 'notices' }),
  });
  const overrides = new Overrides({
    file: path.join(config.state, 'overrides'),
    log: log.child({ component: 'overrides' }),
    send: (zones) => {
      fleet.setOverrides(zones);
      emitted.want();
    },
    onEvent: (event) => tellOverride(event, told.notices),
    addressesOf: (target) => aliases.addressesOf(target),
  });
  const aliases = new Aliases({
    settings: () => settings.config.alias,
    file: path.join(config.state, 'aliases'),
    send: (news) => {
      // An address that is drained is known to be before it is answered.
      overrides.aliasesChanged();
      fleet.setAliases(news);
      emitted.want();
    },
    log: log.child({ component: 'aliases' }),
  });
  const emitted = createEmittedFiles({ overrides, monitor, notices: told.notices, log });
  const maintenance = new Maintenance({
    overrides,
    copy: path.join(config.state, 'maintenance'),
    log: log.child({ component: 'overrides' }),
  });
  const firstLoad = new FirstLoad(log);
  const { secondaries, notifier, journals } = createTransfers(
    () => settings.config,
    fleet,
    log.child({ component: 'transfer' }),
    (zone) => firstLoad.takeTransferred(zone, registry),
  );
  const signing = new KeysInUse({
    settings: () => settings.config.dnssec,
    rollsFolder: path.join(config.state, 'rolls'),
    outside: (signal) =>
      createOutside({
        resolvers: () => settings.config.dnssec.resolvers,
        listen: () => settings.config.listen,
        signal,
      }),
    log: log.child({ component: 'dnssec' }),
    onChange: (zones) => void registry.keysChanged(zones),
  });
  const dynamic = new DynamicStore(path.join(config.state, 'dynamic'), log.child({ component: 'update' }));
  const registry: Registry = new Registry({
    root: config.policies,
    lastGood: lastGoodFolder(config.state),
    earlier: earlierFolder(config.state),
    settings: registrySettings(config),
    version,
    sandbox,
    log: log.child({ component: 'policies' }),
    transferred: secondaries,
    dynamic,
    keySource: signing,
    onExpected: async (zones) => {
      await fleet.expect(zones);
      firstLoad.noteListed();
    },
    onPolicies: () => {
      firstLoad.needs(sandbox);
      fleet.expectPolicies();
    },
    onUpdate: async (put, drop) => {
      await aliases.settle(put.map(({ zone }) => zone));
      await changes.publish(put, drop);
    },
    // A changed file ends a quarantine, even if only a comment changed.
    onUnchanged: (zone) => void fleet.release(zone),
    onTargets: (zone, targets, pools, manifest) => {
      aliases.declare(zone, manifest);
      overrides.setZone(zone, pools, targets);
      told.poolNotices.setZone(zone, targets, pools);
      monitor.declare(zone, targets);
      emitted.want();
    },
    onProgress: (done, total) => firstLoad.noteProgress(done, total),
  });
  const updates = new UpdateQueue({
    store: dynamic,
    registry,
    servedOf: (zone) => fleet.published(zone),
    isSecondary: (zone) => Object.hasOwn(settings.config.secondary, zone),
    settings: () => settings.config.update,
    log,
  });
  const dnsUpdates = new DnsUpdates(updates, (verdict, pid) =>
    fleet.settle({ t: 'updated', ...verdict }, pid),
  );
  const recordings = new Recordings({
    settings: () => settings.config.record,
    settle: (isWritten, pid) => fleet.settle({ t: 'recorded', isWritten }, pid),
    log: log.child({ component: 'recording' }),
  });
  const httpUpdates = new HttpPlace({
    config: () => settings.config,
    queue: updates,
    store: dynamic,
    zones: () => registry.status().map(({ zone }) => zone),
    log: log.child({ component: 'update' }),
  });
  // Another server writes overrides and dynamic records from then on.
  void charge.replaced.then(() => {
    overrides.close();
    told.notices.close();
    void emitted.stop();
    return updates.close();
  });
  const news = new News({ registry, secondaries, log });
  const changes = new ZoneChanges({ fleet, signing, firstLoad, news, notifier, journals });
  const hands = { monitor, pushes, aliases, overrides, maintenance, emitted };
  const zones = {
    secondaries,
    notifier,
    journals,
    signing,
    dynamic,
    updates,
    httpUpdates,
    registry,
    firstLoad,
    changes,
    news,
    recordings,
  };
  return {
    log,
    settings,
    ...geo,
    geoWatch,
    reloading,
    charge,
    ...answers,
    ...told,
    ...health,
    ...hands,
    ...zones,
  };
}
