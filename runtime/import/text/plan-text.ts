/** Plans as the text of a policy, and the functions that the text needs. */
import type { PlanDraft } from '../draft.ts';
import { array, call, object, quoted, type Source } from './source-text.ts';

/** The source of a plan; the names of functions that it calls are added to `used`. */
export function planSource(plan: PlanDraft, used: Set<string>): Source {
  if (plan.kind !== 'pool') used.add(plan.kind);
  const inner = (of: PlanDraft) => planSource(of, used);
  switch (plan.kind) {
    case 'pool':
      return quoted(plan.pool);
    case 'firstHealthy':
    case 'nearest':
      return call(plan.kind, ...plan.of.map(inner));
    case 'weighted':
      return call('weighted', weightsSource(plan.of, inner));
    case 'sticky':
      return stickySource(plan, inner);
    case 'rotate':
      return call('rotate', inner(plan.of), object([{ key: 'count', value: String(plan.count) }]));
    case 'geo':
      return call('geo', object(plan.table.map(([key, of]) => ({ key, value: inner(of) }))));
    case 'cname':
      return call('cname', quoted(plan.target), object([{ key: 'ttl', value: String(plan.ttl) }]));
    case 'nodata':
      break;
  }
  return call('nodata');
}

function stickySource(plan: PlanDraft & { kind: 'sticky' }, inner: (of: PlanDraft) => Source): Source {
  const options = plan.by === undefined ? [] : [object([{ key: 'by', value: quoted(plan.by) }])];
  const isEven = plan.of.length > 1 && plan.of.every(([weight]) => weight === plan.of[0]?.[0]);
  if (isEven) return call('sticky', ...plan.of.map(([, of]) => inner(of)), ...options);
  return call('sticky', weightsSource(plan.of, inner), ...options);
}

/** A table of weights by pool, or of weights and plans where one of them is no pool or stands twice. */
function weightsSource(
  of: readonly (readonly [number, PlanDraft])[],
  inner: (of: PlanDraft) => Source,
): Source {
  const pools = of.map(([, plan]) => (plan.kind === 'pool' ? plan.pool : undefined));
  if (!pools.includes(undefined) && new Set(pools).size === pools.length) {
    return object(of.map(([weight], index) => ({ key: pools[index] ?? '', value: String(weight) })));
  }
  return array(of.map(([weight, plan]) => array([String(weight), inner(plan)])));
}
