/** Plans in a few words, for operators: `firstHealthy(eu, us)`, `A 192.0.2.10`. */
import { unreachable } from '../../base/assert.ts';
import type { Plan, RecordSet } from '../../plan/plan.ts';
import { typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

/** Characters of a plan that are shown. */
const SHOWN = 160;
/** Octets of a value that is shown. */
const MOST_OCTETS = 4 * SHOWN;

export function planText(plan: Plan): string {
  const text = textOf(plan);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function textOf(plan: Plan): string {
  switch (plan.kind) {
    case 'records':
      return plan.sets.map(setText).join(' ');
    case 'pool':
      return plan.pool.name;
    case 'firstHealthy':
      return `firstHealthy(${plan.of.map(textOf).join(', ')})`;
    case 'nearest':
      return `nearest(${plan.of.map(({ name }) => name).join(', ')})`;
    case 'weighted':
    case 'sticky':
      return `${plan.kind}(${plan.of.map(({ weight, plan: inner }) => `${textOf(inner)}: ${weight}`).join(', ')})`;
    case 'rotate':
      return `rotate(${textOf(plan.of)})`;
    case 'cname':
      return `cname(${nameToText(plan.target)})`;
    case 'nodata':
    case 'nxdomain':
    case 'refuse':
    case 'servfail':
      return plan.kind;
    default:
      return unreachable(plan);
  }
}

/** Values of which none would be shown are not made into text: to do that of 64 KB takes milliseconds. */
function setText({ type, ttl, rdatas }: RecordSet): string {
  let values = '';
  for (const rdata of rdatas) {
    if (values.length > SHOWN) break;
    values += ` ${rdata.length > MOST_OCTETS ? `(${rdata.length} octets)` : rdataToText(type, rdata)}`;
  }
  return `${typeToText(type)}${values} (TTL ${ttl})`;
}
