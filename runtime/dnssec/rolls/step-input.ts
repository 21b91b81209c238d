/** What the engine of rolls is given, and what it says. */
import type { KeySet } from '../keys/key-set.ts';
import type { Alarm } from './alarms.ts';
import type { RollCommand } from './commands.ts';
import type { KeyAction, KeyFacts } from './key-facts.ts';
import type { Observations } from './observations.ts';
import type { Reason } from './reasons.ts';
import type { RollPolicy } from './roll-policy.ts';
import type { RollState } from './roll-state.ts';

export interface StepInput {
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds since the step that returned the state, by a clock that nobody sets; `undefined` after a start. */
  readonly elapsed?: number | undefined;
  readonly policy: RollPolicy;
  /** The latest answers of all servers. */
  readonly observations: Observations;
  /** The keys in the key folder. */
  readonly keys: readonly KeyFacts[];
  readonly command?: RollCommand | undefined;
}

export interface StepResult {
  readonly state: RollState;
  /** What the zone publishes and signs with, as soon as the state is on disk. */
  readonly keySet: KeySet;
  readonly actions: readonly KeyAction[];
  /** Why the roll does not go on, or why the command was not obeyed. */
  readonly blocked: readonly Reason[];
  readonly alarms: readonly Alarm[];
  /** When to look at the servers of the zone and of the parent next; `undefined`: no need. */
  readonly wants: { readonly zone: number; readonly parent: number | undefined };
  /** When to call next, if nothing is new before. */
  readonly wakeAt: number;
}
