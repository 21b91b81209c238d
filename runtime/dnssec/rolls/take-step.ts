/** Takes one step with its effects in the order that survives a crash: the state on disk, then the key files. */
import { fail, ok, type Result } from '../../base/result.ts';
import type { KeyAction } from './key-facts.ts';
import type { RollState } from './roll-state.ts';
import { step } from './step.ts';
import type { StepInput, StepResult } from './step-input.ts';

export interface Hands {
  /** Writes the state to the disk, or says why it cannot. */
  readonly write: (state: RollState) => Promise<Result<undefined>>;
  /** Does what is to be done in the key folder, or says why it cannot. */
  readonly act: (action: KeyAction) => Promise<Result<unknown>>;
}

/** The state is written now and then although nothing moves, so that a clock set back is noticed after a restart. */
const WRITE_AFTER = 600;

/**
 * The step, done. The zone may serve its keys from now on. The problem: the state could not be written, so
 * nothing was done; the step is to be tried again, and the zone keeps the keys it has. Actions that fail are asked
 * for again by the next step; their problems come with the result.
 */
export async function takeStep(
  before: RollState,
  written: RollState | undefined,
  input: StepInput,
  { write, act }: Hands,
): Promise<Result<{ result: StepResult; written: RollState; problems: readonly string[] }>> {
  const result = step(before, input);
  let onDisk = written;
  if (onDisk === undefined || isWorthWriting(onDisk, result.state)) {
    const done = await write(result.state);
    if (!done.ok) return fail(done.problem);
    onDisk = result.state;
  }
  const problems: string[] = [];
  for (const action of result.actions) {
    const done = await act(action);
    if (!done.ok) problems.push(done.problem);
  }
  return ok({ result, written: onDisk, problems });
}

function isWorthWriting(onDisk: RollState, state: RollState): boolean {
  return (
    onDisk.roll !== state.roll ||
    onDisk.secure !== state.secure ||
    onDisk.doubt !== state.doubt ||
    state.at >= onDisk.at + WRITE_AFTER ||
    JSON.stringify(onDisk.keys) !== JSON.stringify(state.keys)
  );
}
