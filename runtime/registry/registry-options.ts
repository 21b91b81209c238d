/** What the registry needs, and what it calls. */
import type { Logger } from '../base/log.ts';
import type { HealthSubject } from '../health/combination.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { TrialSandbox } from '../trial/policy-on-trial.ts';
import type { DynamicZones } from '../update/dynamic-part.ts';
import type { KeySource } from './signed-zones.ts';
import type { TransferredZones } from './transferred.ts';
import type { RegistrySettings } from './zone-version.ts';

export interface RegistryOptions {
  readonly root: string;
  readonly settings: RegistrySettings;
  /** The version of dnsteer. A policy that passed its trial with another version has to pass again. */
  readonly version: string;
  /** The folder in which last good versions outlive a restart. Default: they do not. */
  readonly lastGood?: string;
  /** The folder for versions before the last good ones. Default: they are not kept. */
  readonly earlier?: string;
  /** Zones whose records come from other servers, whether or not they have a file here. */
  readonly transferred?: TransferredZones;
  /** Zones with records beside their files. Default: none. */
  readonly dynamic?: DynamicZones;
  /** Where the keys of signed zones come from. Default: no zone is signed. */
  readonly keySource?: KeySource;
  /** Milliseconds since 1970. Default: Date.now. */
  readonly now?: () => number;
  /** The sandbox of control, for trials. */
  readonly sandbox: TrialSandbox;
  readonly log: Logger;
  /**
   * Called with zones whose files were just found, before any of them is read. Not with a newcomer below a zone that is
   * served, unless it is found at the start: that zone answers until the newcomer does.
   */
  readonly onExpected?: (zones: readonly string[]) => Promise<void>;
  /** Called before zones with policies are made. */
  readonly onPolicies?: () => void;
  /**
   * Called with all changes of a burst: zones to serve and zones to drop. The next burst waits for the
   * promise. The first load has several bursts at a time, each with the zones that are done: no zone waits
   * for ten thousand others.
   */
  readonly onUpdate: (put: readonly ZoneUpdate[], drop: readonly string[]) => void | Promise<void>;
  /** Called when files of a zone were written, and the zone is served as before. */
  readonly onUnchanged?: (zone: string) => void;
  /**
   * Called with all targets and pools of a zone when they may have changed, before its version is handed on; with no
   * targets and without pools once it is no longer served.
   */
  readonly onTargets: (
    zone: string,
    targets: readonly HealthSubject[],
    pools?: Manifest['pools'],
    manifest?: Manifest,
  ) => void;
  /** Called with how many zones of a load are done. */
  readonly onProgress?: (done: number, total: number) => void;
}
