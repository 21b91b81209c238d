/** Whether a CNAME is among the answers a plan may come to. */
import { unreachable } from '../base/assert.ts';
import { holdsCname } from './compile-records.ts';
import type { Plan } from './plan.ts';

export function mayAnswerCname(plan: Plan): boolean {
  switch (plan.kind) {
    case 'cname':
      return true;
    case 'records':
      return holdsCname(plan.sets);
    case 'pool':
      return holdsCname(plan.pool.sets);
    case 'nearest':
      return plan.of.some(({ sets }) => holdsCname(sets));
    case 'firstHealthy':
      return plan.of.some(mayAnswerCname);
    case 'weighted':
    case 'sticky':
      return plan.of.some((weighted) => mayAnswerCname(weighted.plan));
    case 'rotate':
      return mayAnswerCname(plan.of);
    case 'nodata':
    case 'nxdomain':
    case 'refuse':
    case 'servfail':
      return false;
    default:
      return unreachable(plan);
  }
}
