/**
 * Compiles plans from data to plans ready to evaluate. The data comes from a sandbox and may be anything at
 * all: a plan that passes is bounded in size, names only pools that exist, and always yields an answer that
 * DNS allows and a message can carry.
 */

import { WorkMeter } from '../base/loop/work-meter.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { RecordUnit } from './compile-records.ts';
import type { Plan } from './plan.ts';
import { kindNamed } from './plan-kinds.ts';
import { type PlanContext, PlanReader, type PlanWork } from './plan-reader.ts';

/**
 * What the records of one plan may take, without those of pools. A policy may return the worst of plans for
 * each query, and an answer process takes a millisecond at most to read it.
 */
export const PLAN_WORK = { values: 512, characters: 10_240, octets: 131_072 };

/**
 * Checks and translates a plan, within {@link PLAN_WORK}, which also counts in `all`. A problem begins with
 * its path: `hosts.www.firstHealthy[1].A[0]: …`.
 */
export function compilePlan(data: unknown, context: PlanContext, path = '', all?: PlanWork): Result<Plan> {
  const meter = new WorkMeter<RecordUnit>('one plan', PLAN_WORK);
  const reader = new PlanReader(context, meter, kindNamed);
  const plan = reader.plan(data, path, context.ttl);
  all?.takeAll(meter);
  return reader.problem === undefined ? ok(plan) : fail(reader.problem);
}
