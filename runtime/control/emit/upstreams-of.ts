/** The members of a pool as they are now: what probes say, and what operators say in their place. */
import type { Upstream } from '../../admin/emit/upstream.ts';
import type { HealthMonitor } from '../../health/monitor.ts';
import type { Forced } from '../../health/overrides/zone-overrides.ts';
import type { Overrides } from '../overrides/overrides.ts';

export interface UpstreamParts {
  readonly overrides: Pick<Overrides, 'pools' | 'inForce'>;
  readonly monitor: Pick<HealthMonitor, 'snapshot'>;
}

/** `undefined` if there is no such pool. */
export function upstreamsOf(
  zone: string,
  pool: string,
  { overrides, monitor }: UpstreamParts,
): Upstream[] | undefined {
  const members = overrides.pools.membersOf(zone, pool);
  if (members === undefined) return undefined;
  const { whole, some = [] } = overrides.inForce(zone, pool) ?? {};
  const forced = new Map<string, Forced>(some);
  const watched = new Set(members.map(({ target }) => target));
  const down = new Set(
    monitor.snapshot().flatMap(({ id, state }) => (watched.has(id) && state === 'down' ? [id] : [])),
  );
  return members.map(({ address, target }) => {
    const said = forced.get(address) ?? whole;
    const isUp = said === 'up' || (said !== 'down' && !down.has(target ?? ''));
    return { address, isUp, share: typeof said === 'number' ? said : 1 };
  });
}
