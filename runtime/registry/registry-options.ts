/** What the registry needs to know, and whom it calls. */
import type { Logger } from '../base/log.ts';
import type { Target } from '../health/target.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { TrialSandbox } from '../trial/policy-on-trial.ts';
import type { TransferredZones } from './transferred.ts';
import type { RegistrySettings } from './zone-version.ts';

export interface RegistryOptions {
  readonly root: string;
  readonly settings: RegistrySettings;
  /** The version of dnsteer. What passed its trial with another one has to pass it again. */
  readonly version: string;
  /** The folder in which last good versions outlive a restart. Where it is not given, they do not. */
  readonly lastGood?: string;
  /** Zones whose records are other servers', whether or not they have a file here. */
  readonly transferred?: TransferredZones;
  /** The sandbox of control, for trials. */
  readonly sandbox: TrialSandbox;
  readonly log: Logger;
  /**
   * What has changed, all of one burst together. The next burst waits for its promise. Of the first load
   * there are several bursts at a time, each with the zones that are done: no zone waits for ten thousand others.
   */
  readonly onUpdate: (put: readonly ZoneUpdate[], drop: readonly string[]) => void | Promise<void>;
  /** Files of a zone were written, and what they come to is what is served. */
  readonly onUnchanged?: (zone: string) => void;
  /** All targets of a zone, whenever they may have changed; none when it is no longer served. */
  readonly onTargets: (zone: string, targets: readonly Target[]) => void;
  /** Zones of the first load that are done. */
  readonly onProgress?: (done: number, total: number) => void;
}
