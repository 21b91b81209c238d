/** What an operator can say to the engine of rolls. */
import type { RollKind } from './roll-policy.ts';

export type RollCommand =
  /** Begins a roll. `tags` are keys of the folder that are to be the new ones; without them keys are made. */
  | { readonly do: 'start'; readonly roll: RollKind; readonly tags?: readonly number[] }
  /** All servers show the change; `ttl` is the longest TTL that was seen. */
  | { readonly do: 'report'; readonly ttl?: number }
  /** Caches hold nothing older. */
  | { readonly do: 'expire' }
  /** The old keys may go. */
  | { readonly do: 'done' }
  /** The clock is right, although it leapt. */
  | { readonly do: 'confirm-clock' };
