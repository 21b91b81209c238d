/** What the roll of a zone needs of control. */
import type { Logger } from '../../base/log.ts';
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
  /** Does work on files of keys of the zone: whoever reads the folder meanwhile may see half of them. */
  readonly writing: <T>(work: () => Promise<T>) => Promise<T>;
  /** Called with the keys of a zone as they are after a change that was made here. */
  readonly onKeys: (keys: readonly FolderKey[]) => void;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Seconds, by a clock that nobody sets. */
  readonly uptime: () => number;
}
