/** What the roll of a zone needs of control. */
import type { Logger } from '../../base/log.ts';
import type { Result } from '../../base/result.ts';
import type { FolderKey } from '../../dnssec/keys/kept-key.ts';
import type { RollPolicy } from '../../dnssec/rolls/roll-policy.ts';
import type { RollStateStore } from '../../dnssec/rolls/state-store.ts';

export interface RollParts {
  readonly store: RollStateStore;
  readonly log: Logger;
  readonly folder: () => string;
  readonly policyOf: () => RollPolicy;
  /** The keys of a zone that can be used; those of a server that follows include keys that were lost. */
  readonly keysOf: () => readonly FolderKey[];
  /** Whether there are keys of the zone that cannot be used. */
  readonly hasSpoiltKeys: () => boolean;
  /** Has the files of the zone's keys changed; the keys are as this returns them from then on. */
  readonly change: (
    work: () => Promise<Result<readonly FolderKey[]>>,
  ) => Promise<Result<readonly FolderKey[]>>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Seconds, by a clock that nobody sets. */
  readonly uptime: () => number;
}
