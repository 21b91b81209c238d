/** A plan as its author would have written it: `firstHealthy(us, weighted(95 eu, 5 ap))`. */
import type { PlanData, RecordsData, WeightedData } from '../rpc/plan.ts';

export function planText(plan: PlanData): string {
  switch (plan.kind) {
    case 'records':
      return withTtl(recordsText(plan.records), plan.ttl);
    case 'pool':
      return plan.pool;
    case 'firstHealthy':
    case 'nearest':
      return `${plan.kind}(${plan.of.map(planText).join(', ')})`;
    case 'weighted':
    case 'sticky':
      return `${plan.kind}(${plan.of.map(weightedText).join(', ')})`;
    case 'rotate': {
      const count = plan.count === undefined ? '' : `, ${plan.count} of them`;
      return withTtl(`rotate(${planText(plan.of)}${count})`, plan.ttl);
    }
    case 'cname':
      return withTtl(`cname(${plan.target})`, plan.ttl);
    case 'nodata':
    case 'nxdomain':
    case 'refuse':
    case 'servfail':
      return plan.kind;
    default:
      return plan satisfies never;
  }
}

function weightedText({ weight, plan }: WeightedData): string {
  return `${weight} ${planText(plan)}`;
}

/** `A 192.0.2.10 192.0.2.11, AAAA 2001:db8::10`. */
function recordsText(records: RecordsData): string {
  const sets = Object.entries(records).map(([type, values]) => [type, ...values.flat()].join(' '));
  return sets.join(', ');
}

function withTtl(text: string, ttl: number | undefined): string {
  return ttl === undefined ? text : `${text}, TTL ${ttl}`;
}
