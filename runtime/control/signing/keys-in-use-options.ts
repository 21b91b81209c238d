/** What the keys of signed zones need of control. */
import type { Logger } from '../../base/log.ts';
import type { Outside } from '../rolls/outside.ts';
import type { RollSettings } from '../rolls/roll-policy-of.ts';

export interface KeysInUseOptions {
  readonly settings: () => RollSettings;
  /** The folder in which the state of rolls is kept. */
  readonly rollsFolder: string;
  readonly log: Logger;
  /** Called with the zones whose keys have changed since they were asked for. */
  readonly onChange: (zones: readonly string[]) => void;
  /** Where servers of zones and of parents can be asked. Default: nobody is asked. */
  readonly outside?: (signal: AbortSignal) => Outside;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}
