/** Whether the engine of rolls obeyed a command. */
import type { RollCommand } from '../../dnssec/rolls/commands.ts';
import { reasonText } from '../../dnssec/rolls/reasons.ts';
import type { RollState } from '../../dnssec/rolls/roll-state.ts';
import type { StepResult } from '../../dnssec/rolls/step-input.ts';

/** Why a command came to nothing; none if it moved the roll. */
export function refusalsIn(
  { state, blocked }: StepResult,
  before: RollState,
  command: RollCommand | undefined,
): readonly string[] {
  if (command === undefined) return [];
  const isClock = blocked.some(({ kind }) => kind === 'clock-back' || kind === 'clock-ahead');
  if (command.do === 'confirm-clock' ? !isClock : state.roll !== before.roll) return [];
  return blocked.length === 0 ? ['nothing waits for it'] : blocked.map(reasonText);
}
