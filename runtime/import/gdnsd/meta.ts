/** `metafo` and `geoip`: which datacenter answers, in an order for all or for each place. */
import { type DecisionDraft, firstOf, laidOut, type PlanDraft } from '../draft.ts';
import { NotUnderstood } from '../imported.ts';
import type { GdnsdContext, ResourceUse } from './context.ts';
import { datacenterDecision, type MetaResource, metaResource } from './datacenters.ts';
import { flagAt, hashAt, hashOf, textAt, textsOf } from './fields.ts';
import { type GeoMap, mapDecision, type Order, readGeoMap } from './geo-map.ts';
import type { Vscf, VscfHash } from './vscf.ts';

/** The datacenters in order; the first if all have failed. */
export function metafoDecision(
  plugin: VscfHash,
  name: string,
  place: Vscf['place'],
  use: ResourceUse,
  context: GdnsdContext,
): DecisionDraft | undefined {
  const resource = metaResource(plugin, name, place);
  const listed = resource.hash.entries.get('datacenters');
  if (listed === undefined) {
    throw new NotUnderstood(
      resource.hash.place,
      `Resource "${resource.name}" has no datacenters`,
      'Write datacenters => [ … ]',
    );
  }
  const names = textsOf(listed, 'A datacenter');
  return resource.datacenter === undefined
    ? inOrder(names, resource, use, context)
    : datacenterDecision(resource, resource.datacenter, use, context);
}

/** The datacenters in the order of the map for each client. */
export function geoipDecision(
  plugin: VscfHash,
  name: string,
  place: Vscf['place'],
  use: ResourceUse,
  context: GdnsdContext,
): DecisionDraft | undefined {
  const resource = metaResource(plugin, name, place);
  if (resource.datacenter !== undefined)
    return datacenterDecision(resource, resource.datacenter, use, context);
  const mapName = textAt(resource.hash, 'map') ?? '';
  const found = hashAt(plugin, 'maps')?.entries.get(mapName);
  if (found === undefined) {
    throw new NotUnderstood(
      resource.hash.place,
      `Resource "${name}" has the map "${mapName}", which is not there`,
      'Name a map that is defined',
    );
  }
  const map = readGeoMap(mapName, hashOf(found, 'A map'), context);
  const isPartial = flagAt(plugin, 'undefined_datacenters_ok');
  const defined = hashAt(resource.hash, 'dcmap')?.entries;
  const known = (order: readonly string[]) =>
    isPartial ? order.filter((each) => defined?.has(each) === true) : order;
  return mapDecision(map, (order: Order) =>
    order === 'auto'
      ? byDistance(map, known([...map.coordinates.keys()]), resource, use, context)
      : inOrder(known(order), resource, use, context),
  );
}

function inOrder(
  order: readonly string[],
  resource: MetaResource,
  use: ResourceUse,
  context: GdnsdContext,
): DecisionDraft | undefined {
  const left = flagAt(resource.hash, 'skip_first') && order.length > 1 ? order.slice(1) : order;
  if (left.length === 0) return { kind: 'nodata' };
  return members(left, resource, use, context, firstOf);
}

function members(
  order: readonly string[],
  resource: MetaResource,
  use: ResourceUse,
  context: GdnsdContext,
  make: (plans: readonly PlanDraft[]) => PlanDraft,
  map?: GeoMap,
): DecisionDraft | undefined {
  const decisions: DecisionDraft[] = [];
  for (const datacenter of order) {
    const at = map?.coordinates.get(datacenter);
    const inner = { ...use, isMember: use.isMember || order.length > 1, ...(at && { at }) };
    const decision = datacenterDecision(resource, datacenter, inner, context);
    if (decision !== undefined) decisions.push(decision);
  }
  if (decisions.length === 0) return undefined;
  const laid = laidOut(decisions, make);
  if (laid !== undefined) return laid;
  context.report.add('left out', resource.hash.place, {
    what: use.label,
    why: 'its choices inside of choices come to more than 256 plans',
    instead: 'nothing',
    remedy: 'Write a host with a function of its own for it',
  });
  return undefined;
}

/** The nearest that is up, of all datacenters with coordinates. */
function byDistance(
  map: GeoMap,
  order: readonly string[],
  resource: MetaResource,
  use: ResourceUse,
  context: GdnsdContext,
): DecisionDraft | undefined {
  const { report } = context;
  const place = resource.hash.place;
  if (flagAt(resource.hash, 'skip_first')) {
    report.add('changed', place, {
      what: use.label,
      why: 'no plan takes the second nearest (skip_first)',
      instead: 'the nearest',
      remedy: 'Leave the nearest out by hand, for each place',
    });
  }
  let isNearest = true;
  const decision = members(
    order,
    resource,
    use,
    context,
    (plans) => {
      isNearest &&= plans.every(({ kind }) => kind === 'pool');
      return isNearest ? { kind: 'nearest', of: plans } : firstOf(plans);
    },
    map,
  );
  if (!isNearest) {
    report.add('changed', place, {
      what: use.label,
      why: 'nearest chooses among pools, and a datacenter of these is more than one',
      instead: 'the datacenters in the order of the map',
      remedy: 'Make each datacenter one pool with `at`, and choose by nearest(…)',
    });
  }
  const isChecked = context.pools.all().some(({ check }) => check !== undefined);
  if (map.autoLimit > 0 && order.length > map.autoLimit && isChecked) {
    report.add('changed', place, {
      what: use.label,
      why: `auto_dc_limit ${map.autoLimit} has only so many datacenters take part`,
      instead: 'all of them: where the nearest are down, the next nearest answers',
      remedy: 'Nothing, unless clients are not to be sent farther',
    });
  }
  return decision;
}
