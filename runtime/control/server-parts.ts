/**
 * The parts of a server, which processes/control-process.ts builds. Each file beside this one does one thing
 * with some of them.
 */
import type { Observer } from '../admin/observe.ts';
import type { Logger } from '../base/log.ts';
import type { HealthMonitor } from '../health/monitor.ts';
import type { PushBoard } from '../health/push-board.ts';
import type { Registry } from '../registry/registry.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import type { JournalKeeper } from '../transfer/journal-keeper.ts';
import type { Notifier } from '../transfer/notifier.ts';
import type { Secondaries } from '../transfer/secondaries.ts';
import type { AdminPlace } from './admin-place.ts';
import type { Aliases } from './aliases/aliases.ts';
import type { Announcer } from './announce/announcer.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { Charge } from './charge/charge.ts';
import type { CookieSecrets } from './cookie-rotation.ts';
import type { EmittedFiles } from './emit/emitted-files.ts';
import type { FirstLoad } from './first-load.ts';
import type { AnswerFleet } from './fleet/answer-fleet.ts';
import type { ZoneImages } from './fleet/zone-images.ts';
import type { GeoFiles } from './geo/geo-files.ts';
import type { GeoWatch } from './geo/geo-watch.ts';
import type { LatencyFile } from './geo/latency-file.ts';
import type { HealthParts } from './health/create-health.ts';
import type { News } from './news.ts';
import type { NoticeParts } from './notices/create-notices.ts';
import type { Maintenance } from './overrides/maintenance.ts';
import type { Overrides } from './overrides/overrides.ts';
import type { Recordings } from './recording/recordings.ts';
import type { Reloading } from './reloading.ts';
import type { SettingsInForce } from './settings-in-force.ts';
import type { KeysInUse } from './signing/keys-in-use.ts';
import type { TlsInUse } from './tls-in-use.ts';
import type { DynamicStore } from './updates/dynamic-store.ts';
import type { HttpPlace } from './updates/http-place.ts';
import type { UpdateQueue } from './updates/update-queue.ts';
import type { ZoneChanges } from './zone-changes.ts';

export interface ServerParts extends NoticeParts, HealthParts {
  readonly log: Logger;
  readonly settings: SettingsInForce;
  readonly geoFiles: GeoFiles;
  readonly latencyFile: LatencyFile;
  readonly geoWatch: GeoWatch;
  readonly reloading: Reloading;
  readonly charge: Charge;
  /** The sandbox in which new versions are tried. */
  readonly sandbox: Sandbox;
  readonly images: ZoneImages;
  readonly fleet: AnswerFleet;
  readonly cookies: CookieSecrets;
  readonly tls: TlsInUse;
  readonly signing: KeysInUse;
  readonly secondaries: Secondaries;
  readonly notifier: Notifier;
  readonly journals: JournalKeeper;
  readonly dynamic: DynamicStore;
  readonly updates: UpdateQueue;
  readonly httpUpdates: HttpPlace;
  readonly registry: Registry;
  readonly firstLoad: FirstLoad;
  readonly changes: ZoneChanges;
  readonly news: News;
  readonly recordings: Recordings;
  readonly monitor: HealthMonitor;
  readonly pushes: PushBoard;
  readonly overrides: Overrides;
  readonly aliases: Aliases;
  readonly maintenance: Maintenance;
  readonly emitted: EmittedFiles;
  readonly announcer: Announcer;
  readonly observe: Observer;
  readonly admin: AdminPlace;
  readonly audit: AuditLog;
}
