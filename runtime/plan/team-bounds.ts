/** What the team of a policy may use, for parts of a manifest that are no records. */
import type { DataReader } from '../base/data-reader.ts';
import { probedTargets } from '../health/combination.ts';
import type { TeamLimits } from '../limits/team-limits.ts';
import type { RecordSet } from './plan.ts';
import type { CheckedOf } from './pools/targets.ts';

/** Refuses times that are too long. A policy that states a long budget only has that as its deadline. */
export function boundTimes(
  budget: number | undefined,
  deadline: number | undefined,
  reader: DataReader,
  limits: TeamLimits | undefined,
): void {
  const long = limits?.budgetProblem(budget);
  if (long !== undefined) reader.refuse('budget', long);
  const late = limits?.deadlineProblem(deadline ?? budget);
  if (late !== undefined) reader.refuse(deadline === undefined ? 'budget' : 'deadline', late);
}

/** Refuses a check of a target that the team may not probe. */
export function boundTargets(
  path: string,
  sets: readonly RecordSet[],
  targetOf: CheckedOf | undefined,
  reader: DataReader,
  limits: TeamLimits | undefined,
): void {
  if (limits === undefined || targetOf === undefined) return;
  const checked = sets.flatMap(({ type, rdatas }) => rdatas.flatMap((rdata) => targetOf(type, rdata) ?? []));
  const targets = checked.flatMap(probedTargets);
  const beyond = targets.map((target) => limits.checkProblem(target)).find((one) => one !== undefined);
  if (beyond !== undefined) reader.refuse(path, beyond);
}
