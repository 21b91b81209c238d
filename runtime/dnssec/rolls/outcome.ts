/** How the engine of rolls goes on from a state, or stays. */
import type { RollCommand } from './commands.ts';
import type { KeyAction } from './key-facts.ts';
import type { Reason } from './reasons.ts';
import type { RollState } from './roll-state.ts';

export interface Outcome {
  readonly state: RollState;
  readonly make: readonly KeyAction[];
  readonly blocked: readonly Reason[];
}

export function stay(state: RollState, blocked: readonly Reason[], make: readonly KeyAction[] = []): Outcome {
  return { state, make, blocked };
}

export function move(state: RollState, change: Partial<RollState>): Outcome {
  return { state: { ...state, ...change }, make: [], blocked: [] };
}

/** A command that does not fit the step is answered, not forgotten. */
export function misfit(command: RollCommand | undefined, fits?: RollCommand['do']): Reason[] {
  if (command === undefined || command.do === 'confirm-clock' || command.do === fits) return [];
  return [{ kind: 'refused', why: `"${command.do}" is not what the roll waits for` }];
}
